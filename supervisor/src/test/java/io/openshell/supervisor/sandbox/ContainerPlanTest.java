package io.openshell.supervisor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.core.credential.CredentialStore;
import io.openshell.core.inference.InferenceSettings;
import io.openshell.core.policy.Policy;
import io.openshell.core.policy.RestrictiveDefault;
import io.openshell.supervisor.control.SupervisorMessage.Launch;
import io.openshell.supervisor.control.SupervisorMessage.Mount;
import io.openshell.supervisor.control.SupervisorMessage.PlacedFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a policy becomes for a container, and what the agent finds there. */
final class ContainerPlanTest {

    private static final AgentIdentity AGENT = new AgentIdentity("sandbox", 65_532, "sandbox", 65_532);
    private static final AgentPlace PLACE = AgentPlace.ofContainer(
            "/work",
            Map.of(
                    "PATH", "/opt/bin",
                    "HTTPS_PROXY", "http://elsewhere:1",
                    "SSL_CERT_FILE", "/evil.pem",
                    "OPENSHELL_SANDBOX", "no",
                    "JAVA_TOOL_OPTIONS", "-Xmx64m",
                    "HOME", "/home/node"));

    @Test
    void the_engine_makes_the_mounts_and_landlock_shows_the_declared_paths() {
        Launch launch = plan("""
                version: 1
                filesystem_policy: {include_workdir: true, read_only: [/usr, /opt/tool], read_write: [/data]}
                """, Set.of("/usr", "/etc", "/tmp"));
        assertThat(launch.contained()).isTrue();
        assertThat(launch.mounts()).isEmpty();
        assertThat(launch.readOnly()).containsExactly("/usr", "/opt/tool", "/etc", "/etc/openshell-tls");
        assertThat(launch.readWrite()).containsExactly("/data", "/work", "/tmp");
    }

    @Test
    void what_the_image_lacks_is_not_added() {
        Launch launch = plan("version: 1\nfilesystem_policy: {include_workdir: true, read_only: [/agent]}\n", Set.of());
        assertThat(launch.readOnly()).containsExactly("/agent", "/etc/openshell-tls");
        assertThat(launch.readWrite()).containsExactly("/work");
    }

    @Test
    void the_root_of_a_policy_is_what_is_the_images_own() {
        Launch launch = plan("version: 1\nfilesystem_policy: {read_only: [/, /data]}\n", Set.of("/etc", "/tmp"));
        assertThat(launch.readOnly()).containsExactly("/data", "/bin", "/etc", "/wget", "/etc/openshell-tls");
        assertThat(launch.readWrite()).containsExactly("/tmp");
    }

    @Test
    void the_restrictive_default_shows_an_images_own_and_lets_it_say_who_the_agent_is() {
        Policy policy = Sandboxes.policy(RestrictiveDefault.forImages().text());
        Launch launch = plan(RestrictiveDefault.forImages().text(), Set.of("/proc", "/tmp", "/etc"));
        assertThat(launch.readOnly())
                .containsExactly("/proc", "/dev/urandom", "/bin", "/etc", "/wget", "/etc/openshell-tls");
        assertThat(launch.readWrite()).containsExactly("/sandbox", "/tmp", "/dev/null", "/work");
        assertThat(policy.process().userSaid()).isFalse();
        assertThat(RestrictiveDefault.forImages().text()).doesNotContain("network_policies");
        assertThat(policy.landlock()).isEqualTo(Sandboxes.restrictive().landlock());
    }

    @Test
    void a_working_directory_is_made_where_the_policy_gives_the_agent_nothing() {
        Launch launch = plan("version: 1\nfilesystem_policy: {read_only: [/agent]}\n", Set.of());
        assertThat(launch.mounts()).containsExactly(new Mount(Mount.Kind.EMPTY_DIRECTORY, "/work", "", true));
        assertThat(launch.readWrite()).isEmpty();
    }

    @Test
    void a_gpu_of_the_containers_is_found() {
        Launch launch = plan("version: 1\n", Set.of("/dev/nvidiactl", "/dev/nvidia0", "/proc"));
        assertThat(launch.readWrite()).containsExactly("/proc", "/dev/nvidiactl", "/dev/nvidia0");
    }

    @Test
    void the_images_variables_reach_the_agent_but_not_over_ours() throws Exception {
        List<String> environment =
                new AgentEnvironment(AGENT, PLACE, CredentialStore.empty()).variables(Map.of("LANG", "C"), null);
        assertThat(environment)
                .contains(
                        "PATH=/opt/bin",
                        "HOME=/home/node",
                        "LANG=C",
                        "HTTPS_PROXY=http://127.0.0.1:3128",
                        "SSL_CERT_FILE=/etc/openshell-tls/ca-bundle.pem",
                        "OPENSHELL_SANDBOX=1")
                .anyMatch(variable -> variable.startsWith("JAVA_TOOL_OPTIONS=-Dhttp.proxyHost=127.0.0.1")
                        && variable.endsWith(" -Xmx64m"))
                .noneMatch(variable -> variable.contains("10.200.0.1") || variable.contains("elsewhere"));
    }

    @Test
    void variables_of_an_image_that_cannot_be_variables_are_left_out() throws Exception {
        AgentPlace place = AgentPlace.ofContainer("/sandbox", Map.of("", "a", "A\0", "b", "B", "c\0d"));
        assertThat(new AgentEnvironment(AGENT, place, CredentialStore.empty()).variables(Map.of(), null))
                .contains("HOME=/sandbox")
                .noneMatch(variable -> variable.startsWith("=") || variable.indexOf('\0') >= 0);
    }

    @Test
    void the_agent_has_an_entry_among_the_images_accounts() {
        ImageRoot root = new ImageRoot(Set.of(), List.of(), "root:x:0:0:::", "", Accounts.ofImage("root:x:0:0:::", ""));
        Map<String, String> files = files(root);
        assertThat(files.get("/etc/passwd")).isEqualTo("root:x:0:0:::\nsandbox:x:65532:65532::/work:/bin/sh\n");
        assertThat(files.get("/etc/group")).isEqualTo("sandbox:x:65532:\n");
        assertThat(files.get("/etc/resolv.conf")).contains("127.0.0.1");
    }

    @Test
    void accounts_that_the_image_has_stay_as_they_are() {
        String passwd = "caf\u00e9:x:65532:65532::/:\n";
        ImageRoot root =
                new ImageRoot(Set.of(), List.of(), passwd, "g:x:65532:\n", Accounts.ofImage(passwd, "g:x:65532:\n"));
        assertThat(files(root)).containsOnlyKeys("/etc/hosts", "/etc/resolv.conf");
    }

    @Test
    void docker_and_podman_are_tried_first_and_local_never() {
        assertThat(FirstChoice.of(List.of("docker", "k8s", "local", "podman")))
                .containsExactly("docker", "podman", "k8s");
        assertThat(FirstChoice.of(List.of("local"))).isEmpty();
    }

    @Test
    void files_and_devices_of_this_machine_need_an_image() {
        SandboxSpec spec = new SandboxSpec(
                "box",
                Sandboxes.restrictive(),
                SandboxSpec.LOCAL,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                SandboxLimits.DEFAULT,
                true,
                new ContainerOptions(
                        ContainerOptions.NONE.pull(), Optional.empty(), List.of(), List.of("nvidia.com/gpu=all")),
                CredentialStore.empty(),
                Optional.empty(),
                InferenceSettings.NONE);
        assertThatThrownBy(() -> HostGround.of(spec)).hasMessageContaining("without an image");
    }

    private static Launch plan(String policy, Set<String> image) {
        LaunchPlan.Inside inside = new LaunchPlan.Inside("box", AGENT, Optional.empty(), List.of(), true);
        ImageRoot root = new ImageRoot(image, List.of("/bin", "/etc", "/wget"), "", "", Accounts.ofImage("", ""));
        return LaunchPlan.ofContainer(Sandboxes.policy(policy), inside, "/work", root)
                .launch();
    }

    private static Map<String, String> files(ImageRoot root) {
        Map<String, String> files = new java.util.TreeMap<>();
        for (PlacedFile file : SystemFiles.ofImage("box", AGENT, List.of(), PLACE, root)) {
            files.put(file.path(), new String(file.content(), StandardCharsets.ISO_8859_1));
        }
        return files;
    }
}
