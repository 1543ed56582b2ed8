package io.openshell.plugin.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.compute.PullPolicy;
import io.openshell.plugin.docker.endpoint.EngineSocket;
import io.openshell.plugin.docker.http.FakeServer;
import io.openshell.plugin.docker.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What engines say while they fetch, and what only other machines have: taken down from real ones and their sources. */
class ImagesTest {

    private static final String VERSION = "{\"Components\":[],\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}";
    private static final String ID = "sha256:" + "ab".repeat(32);

    private final List<String> steps = new ArrayList<>();
    private boolean fetched;

    @Test
    void an_image_that_is_missing_is_fetched_and_then_looked_at() throws Exception {
        try (FakeServer engine = engine("amd64", "{\"status\":\"Pull complete\"}\r\n")) {
            assertThat(get(engine, "team/agent", PullPolicy.MISSING)).isEqualTo(ID);
            assertThat(engine.requests().stream().map(request -> request.split(" HTTP", -1)[0]))
                    .containsExactly(
                            "GET /_ping",
                            "GET /version",
                            "GET /v1.41/images/team/agent/json",
                            "POST /v1.41/images/create?fromImage=team/agent:latest",
                            "GET /v1.41/images/team/agent/json");
            assertThat(steps).containsExactly("pulling team/agent");
        }
    }

    @Test
    void an_image_that_is_always_fetched_is_not_looked_at_before() throws Exception {
        try (FakeServer engine = engine("amd64", "{}\n")) {
            get(engine, "a:1", PullPolicy.ALWAYS);
            assertThat(engine.requests().get(2)).startsWith("POST /v1.41/images/create?fromImage=a:1 ");
        }
    }

    @Test
    void what_the_registry_says_no_with_is_told() throws Exception {
        String refusal = "{\"status\":\"Pulling\"}\n{\"errorDetail\":{\"message\":\"denied\"},\"error\":\"denied\"}\n";
        try (FakeServer engine = engine("amd64", refusal)) {
            assertThatThrownBy(() -> get(engine, "a:1", PullPolicy.MISSING))
                    .hasMessage("image: a:1: cannot be pulled: denied (expected: an image that its registry gives to"
                            + " everybody; fetch it with docker pull if that needs a login, or check the name)");
        }
    }

    @Test
    void a_disk_that_is_full_is_told_as_that() throws Exception {
        String refusal = "{\"error\":\"failed to register layer: write /x: no space left on device\"}\n";
        try (FakeServer engine = engine("amd64", refusal)) {
            assertThatThrownBy(() -> get(engine, "a:1", PullPolicy.MISSING))
                    .hasMessageContaining("no space left on device (expected: free space for images and containers;"
                            + " try: docker system prune)");
        }
    }

    @Test
    void an_image_for_another_machine_is_refused() throws Exception {
        try (FakeServer engine = engine("s390x", "{}\n")) {
            assertThatThrownBy(() -> get(engine, "a:1", PullPolicy.ALWAYS))
                    .hasMessageStartingWith("image: a:1 is for linux/s390x (expected: linux/")
                    .hasMessageEndingWith(", as this machine)");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "debian,debian:latest",
        "debian:12,debian:12",
        "host:5000/a,host:5000/a:latest",
        "host:5000/a:1,host:5000/a:1",
        "a@sha256:12,a@sha256:12"
    })
    void a_name_without_a_tag_gets_the_usual_one(String reference, String tagged) {
        assertThat(ImageReference.tagged(reference)).isEqualTo(tagged);
    }

    @Test
    void a_fetch_is_told_once_a_second() throws Exception {
        AtomicLong now = new AtomicLong();
        PullProgress progress = new PullProgress("a:1", steps::add, now::get);
        for (int i = 0; i < 40; i++) {
            now.addAndGet(100_000_000L);
            progress.see(Json.read("{\"id\":\"l" + i % 2 + "\",\"progressDetail\":{\"current\":" + (i + 1) * 1048576L
                    + ",\"total\":52428800}}"));
        }
        assertThat(steps)
                .containsExactly(
                        "pulling a:1: 19.0 of 100.0 MiB",
                        "pulling a:1: 39.0 of 100.0 MiB",
                        "pulling a:1: 59.0 of 100.0 MiB",
                        "pulling a:1: 79.0 of 100.0 MiB");
    }

    private String get(FakeServer engine, String reference, PullPolicy pull) throws Exception {
        EngineConnection connection =
                new EngineConnection("docker", () -> new EngineSocket.At(engine.socket(), "the test"));
        return new ImageFetch(connection.engine(), steps::add)
                .get(reference, pull)
                .id();
    }

    /** One that has the image once it was fetched. */
    private FakeServer engine(String machine, String lines) throws Exception {
        String architecture =
                machine.equals("amd64") && System.getProperty("os.arch").equals("aarch64") ? "arm64" : machine;
        return FakeServer.start(request -> {
            if (request.startsWith("GET /_ping") || request.startsWith("GET /version")) {
                return List.of(FakeServer.json(200, VERSION));
            }
            if (request.startsWith("POST")) {
                fetched = true;
                return List.of("HTTP/1.1 200 OK\r\n\r\n", lines);
            }
            return List.of(
                    fetched
                            ? FakeServer.json(
                                    200,
                                    "{\"Id\":\"" + ID + "\",\"Os\":\"linux\",\"Architecture\":\"" + architecture
                                            + "\"}")
                            : FakeServer.json(404, "{\"message\":\"no such image\"}"));
        });
    }
}
