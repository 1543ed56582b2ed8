package io.openshell.plugin.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.SandboxRequest.Mount;
import io.openshell.api.compute.SandboxRequest.Resources;
import io.openshell.api.config.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestChecksTest {

    @TempDir
    private Path folder;

    @Test
    void an_image_is_needed() {
        assertThat(problems(request(null))).containsExactly("image: none (expected: one, as in --image debian:12)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-x", "a b", "a\nb", "a?x=y", "a#b", "../x", "a/../b", "a//b", "a%2e", "ä"})
    void what_is_no_images_name_is_refused(String image) {
        assertThat(problems(request(image))).singleElement().asString().contains("expected: a name, as in debian:12");
    }

    @ParameterizedTest
    @ValueSource(strings = {"debian", "debian:12", "localhost:5000/team/agent:1.0", "a@sha256:0123", "GHCR.io/x/y_z"})
    void what_can_be_an_images_name_is_left_to_the_engine(String image) {
        assertThat(problems(request(image))).isEmpty();
    }

    @Test
    void a_folder_can_be_shown_somewhere_of_its_own() throws Exception {
        assertThat(problems(Files.createDirectory(folder.resolve("shown")), "/data"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/proc",
                "/proc/sys",
                "/sys/x",
                "/dev",
                "/dev/shm",
                "/opt/openshell",
                "/opt/openshell/bin",
                "/opt",
                "/run",
                "/run/openshell/x",
                "/data/../etc"
            })
    void nothing_is_shown_over_what_is_needed(String target) {
        assertThat(problems(folder, target)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/proc/self", "/sys", "/dev", "/run", "/nonexistent", "/dev/null"})
    void what_rules_the_machine_is_not_shown(String source) {
        assertThat(problems(Path.of(source), "/data")).isNotEmpty();
    }

    @Test
    void a_folder_with_the_engines_or_the_control_socket_is_not_shown_under_any_name() throws Exception {
        Path engines = Files.createDirectory(folder.resolve("engine"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), engines);
        Path socket = Files.createFile(engines.resolve("d.sock"));
        Path control = Files.createDirectory(folder.resolve("control"));

        for (Path source : List.of(engines, link, control, folder)) {
            SandboxRequest request = request("debian").with(List.of(new Mount(source, "/data", true)), List.of());
            assertThat(new RequestChecks(request, List.of(socket), 0).problems())
                    .as("%s", source)
                    .extracting(Problem::message)
                    .anyMatch(message -> message.contains("whoever reaches that socket rules this machine"));
        }
    }

    @Test
    void where_an_engine_without_root_shows_as_roots_what_is_its_users_an_agent_could_not_write() throws Exception {
        Path shown = Files.createDirectory(folder.resolve("shown"));
        assumeThat(Files.getAttribute(shown, "unix:uid"))
                .as("root, to give a folder to somebody")
                .isEqualTo(0);
        int user = 7;
        assertThat(writable(shown, user)).isEmpty();
        Files.setAttribute(shown, "unix:uid", user);

        assertThat(writable(shown, 0)).isEmpty();
        assertThat(writable(shown, user))
                .containsExactly(
                        "mount: " + shown + ":/data: only you may write there (expected: a place where everybody"
                                + " may write, as after chmod o+rwx, or to show it read-only; an engine without root shows what"
                                + " is yours as root's, and no agent is root)");
        Files.setPosixFilePermissions(shown, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(writable(shown, user)).isEmpty();
    }

    private List<String> writable(Path source, int engineUser) {
        SandboxRequest request = request("debian").with(List.of(new Mount(source, "/data", false)), List.of());
        return new RequestChecks(request, List.of(), engineUser)
                .problems().stream().map(Problem::message).toList();
    }

    @Test
    void devices_have_names_of_the_interface() {
        List<String> good = List.of("nvidia.com/gpu=all", "nvidia.com/gpu=0", "vendor.com/class=GPU-1:2");
        List<String> bad = List.of("all", "/dev/nvidia0", "nvidia.com/gpu", "nvidia.com/gpu=", "a=b\nc");

        assertThat(problems(request("debian").with(List.of(), good))).isEmpty();
        assertThat(problems(request("debian").with(List.of(), bad)))
                .hasSize(bad.size())
                .allMatch(message -> message.startsWith("gpu: ") && message.contains("nvidia.com/gpu=all"));
    }

    @Test
    void a_sidecar_is_not_started() {
        SandboxRequest.Sidecar sidecar = new SandboxRequest.Sidecar("x", List.of(), Map.of(), Map.of());

        assertThat(problems(request("debian").with(sidecar)))
                .containsExactly("sidecar: given (expected: none; the supervisor runs on this machine)");
    }

    private List<String> problems(Path source, String target) {
        return problems(request("debian").with(List.of(new Mount(source, target, true)), List.of()));
    }

    private static List<String> problems(SandboxRequest request) {
        return new RequestChecks(request, List.of(Path.of("/run/docker.sock")), 0)
                .problems().stream().map(Problem::message).toList();
    }

    private SandboxRequest request(@Nullable String image) {
        return new SandboxRequest(
                "a", "a", image, folder.resolve("control/control"), Map.of(), Map.of(), Resources.UNLIMITED, 0, 0);
    }
}
