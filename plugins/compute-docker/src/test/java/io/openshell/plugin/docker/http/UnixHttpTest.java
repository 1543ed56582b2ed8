package io.openshell.plugin.docker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.plugin.docker.json.MalformedAnswerException;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnixHttpTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String CHUNKED = String.join(
            "\r\n",
            List.of(
                    "HTTP/1.1 200 OK",
                    "Transfer-Encoding: chunked",
                    "",
                    "5;x=y",
                    "hello",
                    "6",
                    "",
                    "moon",
                    "0",
                    "Trailer: x",
                    "",
                    ""));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more",
                "HTTP/1.0 200\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nX:y\r\n\r\nhello"
            })
    void reads_a_body_by_its_length_and_to_the_end(String answer) throws Exception {
        try (FakeServer server = FakeServer.saying(answer)) {
            HttpAnswer read = new UnixHttp(server.socket()).call(HttpRequest.get("/x"), LIMIT);
            assertThat(read.status()).isEqualTo(200);
            assertThat(read.text()).isEqualTo("hello");
            assertThat(read.field("X")).isEqualTo(answer.contains("X:") ? Optional.of("y") : Optional.empty());
        }
    }

    @Test
    void reads_chunks_however_they_are_cut() throws Exception {
        for (int cut = 1; cut < CHUNKED.length(); cut++) {
            try (FakeServer server = FakeServer.saying(CHUNKED.substring(0, cut), CHUNKED.substring(cut))) {
                assertThat(new UnixHttp(server.socket())
                                .call(HttpRequest.get("/x"), LIMIT)
                                .text())
                        .as("cut at %s", cut)
                        .isEqualTo("hello\r\nmoon");
            }
        }
    }

    @Test
    void a_body_that_may_not_be_there_is_not_waited_for() throws Exception {
        try (FakeServer server = FakeServer.saying("HTTP/1.1 204 No Content\r\n\r\n", "stray")) {
            assertThat(new UnixHttp(server.socket())
                            .call(HttpRequest.post("/x"), LIMIT)
                            .text())
                    .isEmpty();
        }
    }

    @Test
    void an_interrupt_waits_for_the_whole_answer_and_is_kept() throws Exception {
        try (FakeServer server = FakeServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", "llo")) {
            Thread.currentThread().interrupt();
            String text = new UnixHttp(server.socket())
                    .call(HttpRequest.post("/x"), LIMIT)
                    .text();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(text).isEqualTo("hello");
        }
    }

    @Test
    void sends_json_with_its_length_in_bytes() throws Exception {
        try (FakeServer server = FakeServer.saying(FakeServer.json(200, "{}"))) {
            new UnixHttp(server.socket()).call(HttpRequest.post("/v1.41/x?y=z", "{\"ä\":1}"), LIMIT);
            assertThat(server.requests())
                    .containsExactly(
                            "POST /v1.41/x?y=z HTTP/1.1\r\nHost: localhost\r\nUser-Agent: openshell\r\n"
                                    + "Connection: close\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"ä\":1}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH\r\n\r\n",
                "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1 600 Odd\r\n\r\n",
                "HTTP/1.1 101 Switching\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx",
                "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
            })
    void what_is_not_HTTP_is_refused(String answer) throws Exception {
        try (FakeServer server = FakeServer.saying(answer)) {
            assertThatThrownBy(() -> new UnixHttp(server.socket()).call(HttpRequest.get("/x"), LIMIT))
                    .isInstanceOf(MalformedAnswerException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
            })
    void an_answer_that_breaks_off_is_none(String answer) throws Exception {
        try (FakeServer server = FakeServer.saying(answer)) {
            assertThatThrownBy(() -> new UnixHttp(server.socket()).call(HttpRequest.get("/x"), LIMIT))
                    .isInstanceOf(EOFException.class);
        }
    }

    @Test
    void heads_and_bodies_have_an_end() throws Exception {
        String longHead = "HTTP/1.1 200 OK\r\nX: " + "y".repeat(70_000) + "\r\n\r\n";
        String longBody = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n";
        try (FakeServer head = FakeServer.saying(longHead);
                FakeServer body = FakeServer.start(request -> Stream.concat(
                                Stream.of(longBody),
                                Stream.generate(() -> "z".repeat(1 << 20)).limit(18))
                        .toList())) {
            assertThatThrownBy(() -> new UnixHttp(head.socket()).call(HttpRequest.get("/x"), LIMIT))
                    .hasMessageContaining("too long");
            assertThatThrownBy(() -> new UnixHttp(body.socket()).call(HttpRequest.get("/x"), LIMIT))
                    .hasMessageContaining("too long");
        }
    }

    @Test
    void silence_ends_in_time() throws Exception {
        try (FakeServer server = FakeServer.start(request -> {
            pause(3_000);
            return List.of();
        })) {
            assertThatThrownBy(() -> new UnixHttp(server.socket()).call(HttpRequest.get("/x"), Duration.ofMillis(100)))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void a_line_that_took_too_long_goes_on_where_it_stopped_wherever_that_was() throws Exception {
        String answer =
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\"}\r\n2\r\n\r\n\r\n4\r\n{b}\n\r\n0\r\n\r\n";
        int body = answer.indexOf("\r\n\r\n") + 4;
        for (int cut = body; cut < answer.length(); cut++) {
            int at = cut;
            try (FakeServer server =
                            FakeServer.start(request -> List.of(answer.substring(0, at), answer.substring(at)));
                    HttpLines lines = new UnixHttp(server.socket()).lines(HttpRequest.get("/events"), LIMIT)) {
                assertThat(impatiently(lines)).as("cut at %s", cut).contains("{\"a\"}");
                assertThat(impatiently(lines)).as("cut at %s", cut).contains("{b}");
                assertThat(impatiently(lines)).as("cut at %s", cut).isEmpty();
            }
        }
    }

    /** Asks for a line a hundred times a millisecond, so that it runs out of time everywhere. */
    private static Optional<String> impatiently(HttpLines lines) throws IOException {
        for (int attempt = 0; attempt < 10_000; attempt++) {
            try {
                return lines.next(Duration.ofNanos(1_100_000));
            } catch (SocketTimeoutException e) {
                assertThat(e).hasMessage("no answer in time");
            }
        }
        throw new AssertionError("no line (expected: one)");
    }

    @Test
    void lines_can_be_closed_by_another_thread() throws Exception {
        try (FakeServer server = FakeServer.start(request -> {
            pause(200);
            return List.of("HTTP/1.1 200 OK\r\n\r\n", "line\n");
        })) {
            HttpLines lines = new UnixHttp(server.socket()).lines(HttpRequest.get("/events"), LIMIT);
            assertThat(lines.next(LIMIT)).contains("line");
            lines.close();
            assertThatThrownBy(() -> lines.next(LIMIT)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void what_is_not_there_cannot_be_connected_to() {
        assertThatThrownBy(() -> new UnixHttp(Path.of("/nonexistent/sock")).call(HttpRequest.get("/x"), LIMIT))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a b", "/a\r\nHost: x", "/ä"})
    void a_target_is_encoded(String target) {
        assertThatThrownBy(() -> HttpRequest.get(target)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
