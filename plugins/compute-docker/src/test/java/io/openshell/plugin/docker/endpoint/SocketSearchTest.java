package io.openshell.plugin.docker.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketSearchTest {

    @TempDir
    private Path root;

    private final Map<String, String> environment = new HashMap<>();

    @Test
    void the_variable_comes_first() throws Exception {
        environment.put("DOCKER_HOST", "unix:///srv/d.sock");
        environment.put("DOCKER_CONTEXT", "remote");
        environment.put("CONTAINER_HOST", "unix:///srv/p.sock");

        assertThat(docker()).isEqualTo(new EngineSocket.At(Path.of("/srv/d.sock"), "DOCKER_HOST"));
        assertThat(podman()).isEqualTo(new EngineSocket.At(Path.of("/srv/p.sock"), "CONTAINER_HOST"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://10.0.0.1:2375", "ssh://root@host", "npipe://x", "/var/run/docker.sock", "unix://x"})
    void only_a_socket_of_this_machine_will_do(String address) {
        environment.put("DOCKER_HOST", address);
        environment.put("CONTAINER_HOST", address);

        assertThat(docker())
                .isInstanceOfSatisfying(
                        EngineSocket.Unusable.class,
                        unusable -> assertThat(unusable.problem())
                                .startsWith("DOCKER_HOST: " + address + " (expected: unix:///PATH"));
        assertThat(podman()).isInstanceOf(EngineSocket.Unusable.class);
    }

    @Test
    void a_variable_that_is_empty_is_none() {
        environment.put("DOCKER_HOST", "");
        environment.put("DOCKER_CONTEXT", "");

        assertThat(docker()).isEqualTo(new EngineSocket.At(root.resolve("var/run/docker.sock"), "the default"));
    }

    @Test
    void a_context_is_found_as_docker_keeps_it() throws Exception {
        context(
                "{\"currentContext\":\"mine\"}",
                "mine",
                "{\"Name\":\"mine\",\"Metadata\":{},\"Endpoints\":{\"docker\":"
                        + "{\"Host\":\"unix:///home/me/docker.sock\",\"SkipTLSVerify\":false}}}");

        assertThat(docker()).isEqualTo(new EngineSocket.At(Path.of("/home/me/docker.sock"), "context mine"));

        environment.put("DOCKER_CONTEXT", "default");
        assertThat(docker()).isEqualTo(new EngineSocket.At(root.resolve("var/run/docker.sock"), "the default"));
    }

    @Test
    void a_context_of_another_machine_will_not_do() throws Exception {
        context("{}", "far", "{\"Endpoints\":{\"docker\":{\"Host\":\"ssh://me@far\"}}}");
        environment.put("DOCKER_CONTEXT", "far");

        assertThat(docker())
                .isInstanceOfSatisfying(
                        EngineSocket.Unusable.class,
                        unusable -> assertThat(unusable.problem())
                                .startsWith("context far: ssh://me@far (expected: unix:///PATH"));
    }

    @Test
    void a_context_that_is_not_there_is_not_passed_over() throws Exception {
        context("{\"currentContext\":\"lost\"}", "other", "{}");

        assertThat(docker())
                .isEqualTo(new EngineSocket.Unusable(root.resolve("home/.docker/config.json")
                        + ": context lost: not there (expected: one that 'docker context ls' shows)"));
    }

    @Test
    void files_that_cannot_be_read_are_not_passed_over() throws Exception {
        context("{not json", "other", "{}");

        assertThat(docker())
                .isInstanceOfSatisfying(
                        EngineSocket.Unusable.class,
                        unusable -> assertThat(unusable.problem()).contains("config.json: unreadable"));
    }

    @Test
    void without_anything_said_this_users_own_socket_is_used_where_the_machines_cannot_be() throws Exception {
        Path own = root.resolve("run/user/1000/docker.sock");
        Files.createDirectories(own.getParent());
        Files.createFile(own);

        assertThat(docker()).isEqualTo(new EngineSocket.At(own, "the default"));

        Path system = root.resolve("var/run/docker.sock");
        Files.createDirectories(system.getParent());
        Files.createFile(system);
        assertThat(docker()).isEqualTo(new EngineSocket.At(system, "the default"));
    }

    @Test
    void podman_is_looked_for_at_this_users_own_socket_first() throws Exception {
        environment.put("XDG_RUNTIME_DIR", root.resolve("runtime").toString());
        Path own = root.resolve("runtime/podman/podman.sock");
        Path system = root.resolve("run/podman/podman.sock");
        for (Path socket : List.of(own, system)) {
            Files.createDirectories(socket.getParent());
            Files.createFile(socket);
        }

        assertThat(podman()).isEqualTo(new EngineSocket.At(own, "the default"));
        assertThat(SocketSearch.podman(new Surroundings(environment, 0, root)))
                .isEqualTo(new EngineSocket.At(system, "the default"));
    }

    private EngineSocket docker() {
        return SocketSearch.docker(new Surroundings(environment, 1000, root));
    }

    private EngineSocket podman() {
        return SocketSearch.podman(new Surroundings(environment, 1000, root));
    }

    private void context(String config, String name, String meta) throws IOException, InterruptedException {
        environment.put("HOME", root.resolve("home").toString());
        Path folder = root.resolve("home/.docker");
        Path place = folder.resolve("contexts/meta/" + sha256(name));
        Files.createDirectories(place);
        Files.writeString(folder.resolve("config.json"), config);
        Files.writeString(place.resolve("meta.json"), meta);
    }

    /** By another program than the one that is tested. */
    private static String sha256(String text) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sha256sum").start();
        try (var in = process.getOutputStream()) {
            in.write(text.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.substring(0, 64);
    }
}
