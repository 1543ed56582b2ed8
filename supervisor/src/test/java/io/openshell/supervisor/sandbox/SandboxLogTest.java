package io.openshell.supervisor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.event.SandboxInfo;
import io.openshell.core.event.SecurityEvent;
import io.openshell.core.policy.Policy;
import io.openshell.supervisor.control.LauncherMessage.Attempt;
import io.openshell.supervisor.control.LauncherMessage.AttemptOutcome;
import io.openshell.supervisor.control.LauncherMessage.Ready;
import io.openshell.supervisor.control.LauncherMessage.Skipped;
import io.openshell.supervisor.control.LauncherMessage.Skipped.What;
import io.openshell.supervisor.control.LauncherMessage.Step;
import io.openshell.supervisor.libc.NativeDescriptor;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is said of Landlock, and how loudly. */
final class SandboxLogTest {

    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int EOPNOTSUPP = 95;
    private static final int HIGH = 4;
    private static final int CRITICAL = 5;

    private final List<SecurityEvent> events = new ArrayList<>();
    private final SandboxLog log = new SandboxLog(events::add, new SandboxInfo("box-1", "box"), Clock.systemUTC());

    @Test
    void the_abi_and_the_declared_paths_are_told_before_the_start() {
        log.applyingLandlock(7, policy(), plan().launch());

        assertThat(shorthands())
                .containsExactly(
                        "CONFIG:DETECTED [INFO] Landlock filesystem sandbox available"
                                + " [abi:v7 compat:best_effort ro:3 rw:3]",
                        "CONFIG:OTHER [INFO] Applying Landlock filesystem sandbox"
                                + " [abi:v7 compat:best_effort ro:3 rw:3]");
    }

    @Test
    void a_kernel_without_landlock_is_not_said_to_have_it() {
        log.applyingLandlock(0, policy(), plan().launch());

        assertThat(events).isEmpty();
    }

    @Test
    void what_the_kernel_accepted_is_counted() {
        built(ready(false, new Skipped("/app", "path does not exist", ENOENT, What.RULE)), policy(), List.of());

        assertThat(shorthands())
                .first()
                .isEqualTo("CONFIG:ENABLED [INFO] Landlock ruleset built"
                        + " [abi:v7 compat:best_effort rules_applied:7 skipped:1 ro:4 rw:3]");
        assertThat(findings()).isEmpty();
    }

    @Test
    void no_landlock_is_a_finding_of_high_severity_with_the_reason() {
        built(ready(true), policy(), List.of());

        assertThat(findings()).singleElement().satisfies(event -> {
            assertThat(event.severity()).isEqualTo(HIGH);
            assertThat(event.shorthand()).contains("\"Landlock filesystem sandbox unavailable\" [confidence:high]");
            assertThat(event.json()).contains("landlock-unavailable", "as the launcher says", "only the private root");
        });
        assertThat(shorthands()).noneMatch(event -> event.contains("ruleset built"));
    }

    @Test
    void a_configured_path_that_cannot_be_opened_is_a_finding_of_high_severity() {
        for (What what : List.of(What.MOUNT, What.RULE)) {
            events.clear();
            built(ready(false, new Skipped("/data", "permission denied", EACCES, what)), policy(), List.of("/app"));

            assertThat(findings()).singleElement().satisfies(event -> {
                assertThat(event.severity()).isEqualTo(HIGH);
                assertThat(event.json()).contains("/data", "permission denied", "landlock-path-unavailable");
            });
        }
    }

    @Test
    void a_missing_path_is_nothing_to_tell() {
        built(
                ready(
                        false,
                        new Skipped("/data", "path does not exist", ENOENT, What.MOUNT),
                        new Skipped("/data", "path does not exist", ENOENT, What.RULE)),
                policy(),
                List.of());

        assertThat(shorthands()).noneMatch(event -> event.contains("/data") || event.contains("Skipping"));
        assertThat(findings()).isEmpty();
    }

    @Test
    void a_path_that_nobody_configured_is_no_finding() {
        built(ready(false, new Skipped("/app", "permission denied", EACCES, What.MOUNT)), policy(), List.of("/app"));

        assertThat(findings()).isEmpty();
        assertThat(shorthands())
                .contains("CONFIG:FAILED [MED] Skipping inaccessible path (best-effort)"
                        + " [path:/app error:permission\\u{20}denied]");
    }

    @Test
    void a_limit_of_tcp_that_the_kernel_does_not_know_is_a_finding_of_high_severity() {
        built(ready(false, new Skipped("TCP", "an old kernel", EOPNOTSUPP, What.TCP_LIMIT)), policy(), List.of());

        assertThat(findings()).singleElement().satisfies(event -> {
            assertThat(event.severity()).isEqualTo(HIGH);
            assertThat(event.json()).contains("TCP is not limited", "an old kernel", "landlock-tcp-unavailable");
        });
    }

    @Test
    void paths_that_were_added_are_told_as_the_reference_does() {
        log.starting("local", policy(), List.of("/tmp", "/usr"));

        assertThat(shorthands())
                .contains("CONFIG:OTHER [INFO] Enriched policy with baseline filesystem paths for proxy mode"
                        + " [paths:/tmp,/usr]");
    }

    @Test
    void an_attestation_that_passed_is_told_with_what_did_not_apply() {
        Attempt tried = new Attempt("mount", "EPERM from seccomp", "EPERM", AttemptOutcome.AS_EXPECTED);
        Attempt skipped = new Attempt("TCP over IPv6", "ENETUNREACH", "no IPv6", AttemptOutcome.NOT_APPLICABLE);
        Attestation attestation = new Attestation(List.of(tried, tried, skipped), Duration.ofMillis(12));
        log.built(ready(false), attestation, policy(), List.of());

        assertThat(shorthands())
                .contains("CONFIG:VALIDATED [INFO] Sandbox attestation passed"
                        + " [attempts:3 not_applicable:1 took:12ms]");
    }

    @Test
    void an_attestation_that_failed_is_a_critical_finding_that_names_what_happened() {
        log.attestationFailed("attestation: mount: happened (expected: EPERM from seccomp)");

        assertThat(findings()).singleElement().satisfies(event -> {
            assertThat(event.severity()).isEqualTo(CRITICAL);
            assertThat(event.json()).contains("Sandbox attestation failed", "mount: happened", "sandbox-attestation");
        });
    }

    private void built(Ready ready, Policy policy, List<String> added) {
        log.built(ready, new Attestation(List.of(), Duration.ZERO), policy, added);
    }

    private List<String> shorthands() {
        return events.stream().map(SecurityEvent::shorthand).toList();
    }

    private List<SecurityEvent> findings() {
        return events.stream()
                .filter(event -> event.shorthand().startsWith("FINDING:"))
                .toList();
    }

    private static Policy policy() {
        return Sandboxes.policy("version: 1\nfilesystem_policy: {read_only: [/usr], read_write: [/data]}\n");
    }

    private static LaunchPlan plan() {
        AgentIdentity identity = new AgentIdentity("sandbox", 998, "sandbox", 997);
        return LaunchPlan.of(
                Sandboxes.policy(
                        "version: 1\nfilesystem_policy: {read_only: [/proc, /dev/urandom], read_write: [/data]}\n"),
                new LaunchPlan.Inside("box", identity, Optional.empty(), List.of(), true),
                Set.of()::contains);
    }

    private static Ready ready(boolean unavailable, Skipped... skipped) {
        return new Ready(
                new NativeDescriptor(1_000_000),
                unavailable ? 0 : 7,
                4,
                3,
                List.of(new Step("root", "built"), new Step("landlock", "as the launcher says")),
                List.of(skipped),
                unavailable,
                List.of(),
                0,
                "",
                "0.1.0");
    }
}
