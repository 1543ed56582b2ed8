package io.openshell.supervisor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.supervisor.control.SupervisorMessage.Landlock;
import io.openshell.supervisor.control.SupervisorMessage.Launch;
import io.openshell.supervisor.control.SupervisorMessage.Mount;
import io.openshell.supervisor.control.SupervisorMessage.Mount.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LaunchPlanTest {

    private static final Set<String> HOST = Set.of("/usr", "/lib", "/etc", "/var/log", "/data", "/tmp", "/tmp/shared");
    private static final Mount FRESH_TMP = new Mount(Kind.FRESH, "/tmp", "", false);
    private static final Mount FRESH_HOME = new Mount(Kind.FRESH, "/sandbox", "", false);

    @Test
    void shows_the_baseline_with_a_private_tmp_and_home() {
        Launch launch = plan("version: 1\n", Optional.empty());
        assertThat(launch.mounts())
                .containsExactlyInAnyOrder(
                        FRESH_HOME,
                        FRESH_TMP,
                        readOnly("/usr"),
                        readOnly("/lib"),
                        readOnly("/etc"),
                        readOnly("/var/log"),
                        readOnly("/proc"),
                        readOnly("/dev/urandom"));
        assertThat(launch.readOnly())
                .containsExactlyInAnyOrder(
                        "/usr", "/lib", "/etc", "/var/log", "/proc", "/dev/urandom", "/etc/openshell-tls");
        assertThat(launch.readWrite()).containsExactlyInAnyOrder("/sandbox", "/tmp");
        assertThat(launch.landlock()).isEqualTo(Landlock.BEST_EFFORT);
    }

    @Test
    void binds_what_the_host_has_and_makes_what_it_has_not() {
        Launch launch = plan("""
                version: 1
                filesystem_policy:
                  read_only: [/missing]
                  read_write: [/data, /new, /tmp/shared, /tmp/new]
                """, Optional.empty());
        assertThat(launch.mounts())
                .contains(
                        readOnly("/missing"),
                        new Mount(Kind.READ_WRITE, "/data", "/data", true),
                        new Mount(Kind.FRESH, "/new", "", true),
                        new Mount(Kind.READ_WRITE, "/tmp/shared", "/tmp/shared", true),
                        new Mount(Kind.FRESH, "/tmp/new", "", true));
        assertThat(launch.readWrite()).contains("/data", "/new", "/tmp/shared", "/tmp/new");
    }

    @Test
    void shows_a_directory_as_home() {
        Launch launch = plan("""
                version: 1
                filesystem_policy:
                  read_only: [/sandbox/.git]
                  read_write: [/sandbox/build]
                """, Optional.of(Path.of("/home/u/project")));
        assertThat(launch.mounts())
                .contains(
                        new Mount(Kind.WORKDIR, "/sandbox", "/home/u/project", false),
                        new Mount(Kind.READ_ONLY, "/sandbox/.git", "/home/u/project/.git", true))
                .noneMatch(mount -> mount.path().equals("/sandbox/build"));
    }

    @Test
    void never_shows_the_hosts_own_sandbox_directory() {
        Launch launch = plan("""
                version: 1
                filesystem_policy:
                  read_only: [/sandbox/config]
                  read_write: [/sandbox/cache]
                """, Optional.empty(), Set.of("/sandbox/config", "/sandbox/cache", "/sandbox"));
        assertThat(launch.mounts())
                .contains(FRESH_HOME, new Mount(Kind.FRESH, "/sandbox/cache", "", true))
                .noneMatch(mount -> mount.path().equals("/sandbox/config"));
    }

    @Test
    void a_read_only_home_is_fresh_and_stays_read_only() {
        Launch launch = plan("""
                version: 1
                filesystem_policy:
                  read_only: [/sandbox]
                """, Optional.empty());
        assertThat(launch.mounts()).contains(FRESH_HOME);
        assertThat(launch.readOnly()).contains("/sandbox");
        assertThat(launch.readWrite()).doesNotContain("/sandbox");
    }

    @Test
    void says_each_path_once() {
        Launch launch = plan("""
                version: 1
                filesystem_policy:
                  include_workdir: true
                  read_only: [/etc, /usr]
                  read_write: [/tmp, /sandbox]
                """, Optional.empty());
        assertThat(launch.mounts().stream().map(Mount::path)).doesNotHaveDuplicates();
        assertThat(launch.readOnly()).doesNotHaveDuplicates();
    }

    @Test
    void without_loopback_tcp_is_limited_to_the_proxy() {
        AgentIdentity identity = new AgentIdentity("sandbox", 998, "sandbox", 997);
        for (boolean loopback : new boolean[] {true, false}) {
            LaunchPlan plan = LaunchPlan.of(
                    Sandboxes.restrictive(),
                    new LaunchPlan.Inside("box", identity, Optional.empty(), List.of(), loopback),
                    HOST::contains);
            assertThat(plan.launch().tcpToProxyOnly()).isEqualTo(!loopback);
        }
    }

    @Test
    void asks_for_landlock_as_the_policy_does() {
        Launch launch = plan("version: 1\nlandlock: {compatibility: hard_requirement}\n", Optional.empty());
        assertThat(launch.landlock()).isEqualTo(Landlock.HARD_REQUIREMENT);
    }

    private static Mount readOnly(String path) {
        return new Mount(Kind.READ_ONLY, path, path, true);
    }

    private static Launch plan(String policy, Optional<Path> workdir) {
        return plan(policy, workdir, HOST);
    }

    private static Launch plan(String policy, Optional<Path> workdir, Set<String> host) {
        AgentIdentity identity = new AgentIdentity("sandbox", 998, "sandbox", 997);
        return LaunchPlan.of(
                        Sandboxes.policy(policy),
                        new LaunchPlan.Inside("box", identity, workdir, List.of(), true),
                        host::contains)
                .launch();
    }
}
