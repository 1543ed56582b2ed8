package io.openshell.plugin.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.ComputeException;
import io.openshell.plugin.docker.endpoint.EngineSocket;
import io.openshell.plugin.docker.endpoint.Surroundings;
import io.openshell.plugin.docker.http.FakeServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Agreeing with engines that this machine has not got: what they say was taken down from real ones. */
class ConnectionTest {

    private static final String PODMAN_5 =
            "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nLibpod-Api-Version: 5.4.2\r\n" + "Content-Length: 2\r\n\r\nOK";

    @ParameterizedTest
    @CsvSource({"1.41,1.12,/v1.41", "1.47,1.24,/v1.47", "1.52,1.44,/v1.51", "1.99,1.51,/v1.51"})
    void the_newest_version_that_both_know_is_spoken(String newest, String oldest, String prefix) throws Exception {
        assertThat(dialect("docker", docker(newest, oldest)).prefix()).isEqualTo(prefix);
    }

    @ParameterizedTest
    @CsvSource({"1.41,/v1.41,2", "1.51,/v1.51,2", "1.52,/v1.51,3"})
    void an_engine_whose_ping_says_enough_is_asked_no_more(String newest, String prefix, int requests)
            throws Exception {
        String ping = "HTTP/1.1 200 OK\r\nApi-Version: " + newest + "\r\nContent-Length: 2\r\n\r\nOK";
        try (FakeServer server = FakeServer.start(request ->
                List.of(request.startsWith("GET /_ping ") ? ping : FakeServer.json(200, docker(newest, "1.44"))))) {
            Dialect dialect = connection("docker", server.socket()).engine().dialect();

            assertThat(dialect.prefix()).isEqualTo(prefix);
            // The last of them asks an engine without root what it can limit.
            assertThat(server.requests()).hasSize(isRoots(server.socket()) ? requests - 1 : requests);
        }
    }

    @Test
    void who_needs_an_engine_while_it_is_looked_for_shares_what_is_found() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answering = new CountDownLatch(1);
        try (FakeServer server = FakeServer.start(request -> {
            asked.countDown();
            awaitQuietly(answering);
            return List.of(PODMAN_5);
        })) {
            EngineConnection connection = connection("podman", server.socket());
            FutureTask<Engine> first = new FutureTask<>(connection::engine);
            FutureTask<Engine> second = new FutureTask<>(connection::engine);
            Thread.ofPlatform().start(first);
            asked.await();
            Thread waiting = Thread.ofPlatform().start(second);
            while (waiting.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            answering.countDown();

            assertThat(second.get()).isSameAs(first.get()).isSameAs(connection.engine());
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void an_engine_that_was_away_is_looked_for_again() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        try (FakeServer server = FakeServer.start(
                request -> List.of(away.get() ? "HTTP/1.1 500 Away\r\nContent-Length: 0\r\n\r\n" : PODMAN_5))) {
            EngineConnection connection = connection("podman", server.socket());
            assertThatThrownBy(connection::engine).isInstanceOf(ComputeException.class);
            away.set(false);
            assertThat(connection.engine().dialect()).isInstanceOf(PodmanDialect.class);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @Tag("root")
    void an_engine_without_root_is_asked_what_it_can_limit() throws Exception {
        String info = "{\"PidsLimit\":true,\"MemoryLimit\":false,\"CpuCfsQuota\":false}";
        String ping = "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK";
        try (FakeServer server = FakeServer.start(
                request -> List.of(request.startsWith("GET /_ping ") ? ping : FakeServer.json(200, info)))) {
            Dialect roots = connection("docker", server.socket()).engine().dialect();
            Files.setAttribute(server.socket(), "unix:uid", 1000);
            Dialect somebodys =
                    connection("docker", server.socket(), 1000).engine().dialect();

            EngineVersion version = new EngineVersion(1, 41);
            assertThat(roots).isEqualTo(new DockerDialect(version, Set.of(Limit.values())));
            assertThat(somebodys).isEqualTo(new DockerDialect(version, Set.of(Limit.PIDS)));
            assertThat(server.requests()).hasSize(3).last().asString().startsWith("GET /v1.41/info ");
        }
    }

    @Test
    @Tag("root")
    void the_engine_of_another_user_is_not_used_by_root_either() throws Exception {
        try (FakeServer server = FakeServer.saying(PODMAN_5)) {
            Files.setAttribute(server.socket(), "unix:uid", 1000);
            String problem = ": " + server.socket() + ": the engine of user 1000 (expected: root's or your own; ";

            assertThatThrownBy(() -> connection("docker", server.socket(), 0).engine())
                    .hasMessageStartingWith("docker" + problem);
            assertThatThrownBy(() -> connection("podman", server.socket(), 1001).engine())
                    .hasMessageStartingWith("podman" + problem);
            assertThat(connection("podman", server.socket(), 1000).engine().dialect())
                    .isInstanceOf(PodmanDialect.class);
        }
    }

    private static boolean isRoots(Path socket) throws Exception {
        return Integer.valueOf(0).equals(Files.getAttribute(socket, "unix:uid"));
    }

    @ParameterizedTest
    @CsvSource({
        "1.40,1.12,docker: API 1.40 is too old (expected: API 1.41 or newer; as in Docker 20.10)",
        "2.10,2.0,docker: API 2.0 is too new (expected: an engine that still has API 1.51)"
    })
    void an_engine_that_knows_none_of_ours_is_refused(String newest, String oldest, String message) {
        assertThatThrownBy(() -> dialect("docker", docker(newest, oldest)))
                .hasMessage(message.replace("newer;", "newer,"));
    }

    @Test
    void behind_dockers_socket_may_be_podman_but_not_the_other_way_round() throws Exception {
        assertThat(dialect("docker", PODMAN_5)).isInstanceOf(PodmanDialect.class);
        assertThat(dialect("podman", PODMAN_5)).isInstanceOf(PodmanDialect.class);
        assertThatThrownBy(() -> dialect("podman", docker("1.41", "1.12")))
                .hasMessage("podman: this engine is not Podman (expected: Podman, or --driver docker for Docker)");
    }

    @Test
    void an_old_podman_is_refused() {
        assertThatThrownBy(() -> dialect("podman", PODMAN_5.replace("5.4.2", "3.4.4")))
                .hasMessage("podman: Podman 3.4 is too old (expected: Podman 4.0 or newer)");
    }

    @ParameterizedTest
    @CsvSource({"[]", "{}", "nonsense"})
    void what_is_no_engine_is_refused(String answer) {
        assertThatThrownBy(() -> dialect("docker", answer))
                .isInstanceOfSatisfying(
                        ComputeException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ComputeException.Kind.INTERNAL))
                .hasMessageContaining("expected: an answer of a container engine");
    }

    @Test
    void an_engine_that_is_not_there_says_how_to_start_one(@TempDir Path folder) throws Exception {
        Path socket = folder.resolve("none.sock");
        assertThatThrownBy(() -> connection("docker", socket).engine())
                .hasMessage("docker: " + socket + ": not there (expected: a running engine; start one with: systemctl"
                        + " start docker, or name it in DOCKER_HOST)");
        assertThatThrownBy(() -> connection("podman", socket).engine())
                .hasMessageContaining("systemctl --user start podman.socket");
    }

    @Test
    void a_socket_that_nobody_listens_on_is_another_problem(@TempDir Path folder) throws Exception {
        Path left;
        try (FakeServer server = FakeServer.saying("")) {
            left = Files.move(server.socket(), folder.resolve("left.sock"));
        }
        assertThatThrownBy(() -> connection("docker", left).engine())
                .isInstanceOfSatisfying(
                        ComputeException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ComputeException.Kind.UNAVAILABLE))
                .hasMessageContaining(": nobody listens (expected: a running engine;");
    }

    @Test
    void what_an_engine_says_comes_out_in_one_line() throws Exception {
        try (FakeServer server = FakeServer.saying(
                FakeServer.json(500, "{\"message\":\"went\\nwrong\\u001b[31m\\u202e" + "x".repeat(500) + "\"}"))) {
            assertThatThrownBy(() -> connection("docker", server.socket()).engine())
                    .hasMessageStartingWith("docker: ping: went wrong [31m x")
                    .satisfies(refused -> assertThat(String.valueOf(refused.getMessage()))
                            .hasSizeLessThan(520)
                            .contains("…"));
        }
    }

    private static Dialect dialect(String driver, String version) throws Exception {
        String ping = version.startsWith("HTTP") ? version : FakeServer.json(200, "OK");
        try (FakeServer server = FakeServer.start(
                request -> List.of(request.startsWith("GET /_ping ") ? ping : FakeServer.json(200, version)))) {
            return connection(driver, server.socket()).engine().dialect();
        }
    }

    private static EngineConnection connection(String driver, Path socket) {
        return connection(driver, socket, Surroundings.ofThisProcess().user());
    }

    private static EngineConnection connection(String driver, Path socket, long user) {
        return new EngineConnection(driver, () -> new EngineSocket.At(socket, "the test"), user);
    }

    private static String docker(String newest, String oldest) {
        return "{\"Components\":[{\"Name\":\"Engine\",\"Version\":\"20.10.24\"}],\"ApiVersion\":\"" + newest
                + "\",\"MinAPIVersion\":\"" + oldest + "\"}";
    }
}
