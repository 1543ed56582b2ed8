package io.openshell.plugin.docker.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contexts that the real {@code docker} made, chose and removed; it needs no engine for that. */
class DockerContextsTest {

    @TempDir
    private Path root;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeAll
    static void needsDocker() {
        assumeThat(Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "docker"))))
                .as("docker on the PATH (Debian's package docker.io)")
                .isTrue();
    }

    @BeforeEach
    void setUp() throws Exception {
        environment.put("HOME", root.resolve("home").toString());
        docker("context", "create", "mine", "--docker", "host=unix:///srv/mine.sock");
    }

    @Test
    void the_one_in_use_is_followed_until_another_one_is() throws Exception {
        assertThat(search()).isEqualTo(system());

        docker("context", "use", "mine");
        assertThat(search()).isEqualTo(new EngineSocket.At(Path.of("/srv/mine.sock"), "context mine"));

        docker("context", "use", "default");
        assertThat(search()).isEqualTo(system());
    }

    @Test
    void the_variable_comes_before_the_one_in_use() throws Exception {
        docker("context", "create", "other.one", "--docker", "host=unix:///srv/other.sock");
        docker("context", "use", "mine");
        environment.put("DOCKER_CONTEXT", "other.one");
        assertThat(search()).isEqualTo(new EngineSocket.At(Path.of("/srv/other.sock"), "context other.one"));

        environment.put("DOCKER_CONTEXT", "default");
        assertThat(search()).isEqualTo(system());

        environment.put("DOCKER_HOST", "unix:///srv/host.sock");
        environment.put("DOCKER_CONTEXT", "mine");
        assertThat(search()).isEqualTo(new EngineSocket.At(Path.of("/srv/host.sock"), "DOCKER_HOST"));
    }

    @Test
    void a_change_is_a_change_and_a_copy_of_the_default_is_the_machines_socket() throws Exception {
        docker("context", "use", "mine");
        docker("context", "update", "mine", "--docker", "host=unix:///srv/moved.sock");
        assertThat(search()).isEqualTo(new EngineSocket.At(Path.of("/srv/moved.sock"), "context mine"));

        docker("context", "create", "copy", "--docker", "from=default");
        docker("context", "use", "copy");
        assertThat(search()).isEqualTo(new EngineSocket.At(Path.of("/var/run/docker.sock"), "context copy"));
    }

    @Test
    void a_folder_of_its_own_has_contexts_of_its_own() throws Exception {
        docker("context", "use", "mine");
        environment.put("DOCKER_CONFIG", root.resolve("elsewhere").toString());
        assertThat(search()).isEqualTo(system());

        docker("context", "create", "mine", "--docker", "host=unix:///srv/elsewhere.sock");
        docker("context", "use", "mine");
        assertThat(search()).isEqualTo(new EngineSocket.At(Path.of("/srv/elsewhere.sock"), "context mine"));
    }

    @Test
    void another_machine_with_certificates_will_not_do() throws Exception {
        Path key = root.resolve("key.pem");
        Path certificate = root.resolve("certificate.pem");
        run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-subj",
                "/CN=far",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        String address = "host=tcp://10.1.2.3:2376,ca=" + certificate + ",cert=" + certificate + ",key=" + key;
        docker("context", "create", "far", "--docker", address);
        docker("context", "create", "further", "--docker", "host=ssh://me@10.1.2.3");

        docker("context", "use", "far");
        assertUnusable("context far: tcp://10.1.2.3:2376 (expected: unix:///PATH; ");
        environment.put("DOCKER_CONTEXT", "further");
        assertUnusable("context further: ssh://me@10.1.2.3 (expected: unix:///PATH; ");
    }

    @Test
    void one_that_was_removed_while_in_use_is_not_passed_over() throws Exception {
        docker("context", "use", "mine");
        docker("context", "rm", "--force", "mine");
        environment.put("DOCKER_CONTEXT", "mine");

        assertUnusable("DOCKER_CONTEXT: context mine: not there (expected: one that 'docker context ls' shows)");
    }

    private EngineSocket search() {
        return SocketSearch.docker(new Surroundings(environment, 1000, root));
    }

    private EngineSocket system() {
        return new EngineSocket.At(root.resolve("var/run/docker.sock"), "the default");
    }

    private void assertUnusable(String problem) {
        assertThat(search())
                .isInstanceOfSatisfying(
                        EngineSocket.Unusable.class,
                        unusable -> assertThat(unusable.problem()).startsWith(problem));
    }

    private void docker(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    private void run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("DOCKER_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
    }
}
