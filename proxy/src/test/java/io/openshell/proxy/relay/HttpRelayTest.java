package io.openshell.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RawResponse;
import io.openshell.testkit.ReceivedRequest;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** HTTP/1.1 in a tunnel without TLS: framing, order, and what reaches the upstream. */
class HttpRelayTest {

    private static final String ALLOWED = "GET /public/a HTTP/1.1\r\nHost: api.test\r\n\r\n";
    private static final String DENIED = "GET /secret HTTP/1.1\r\nHost: api.test\r\n\r\n";

    private RecordingUpstream upstream;
    private ProxyFixture proxy;
    private volatile Function<ReceivedRequest, Reply> script = request -> Reply.ok("hello");

    @BeforeEach
    void start() throws IOException {
        upstream = RecordingUpstream.plain(request -> script.apply(request));
        proxy = ProxyFixture.withEndpoint("host: api.test, port: 80, protocol: prefix, enforcement: enforce,"
                        + " allow: [GET /public, HEAD /public, POST /public]")
                .host("api.test", 80, upstream.address());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        upstream.close();
    }

    @Test
    void a_denied_request_behind_an_allowed_one_in_one_packet_is_judged_by_itself() throws IOException {
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send(ALLOWED + DENIED + ALLOWED);
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.readResponse().status()).isEqualTo(403);
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(upstream.requests()).hasSize(1);
        assertThat(upstream.text()).doesNotContain("secret");
    }

    @Test
    void many_pipelined_requests_are_answered_in_order() throws IOException {
        script = request -> Reply.ok(request.target());
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                all.append(ALLOWED.replace("/a", "/" + i));
            }
            client.send(all.toString());
            for (int i = 0; i < 100; i++) {
                assertThat(client.readResponse().text()).isEqualTo("/public/" + i);
            }
        }
        assertThat(upstream.connections()).hasSize(1);
    }

    @Test
    void a_request_is_understood_in_any_division_and_a_denied_one_is_denied() throws IOException {
        for (int at = 1; at < DENIED.length(); at += 3) {
            try (RawClient client = proxy.tunnel("api.test", 80)) {
                client.sendSplit(DENIED.getBytes(ISO_8859_1), at, Duration.ofMillis(2));
                assertThat(client.readResponse().status()).isEqualTo(403);
            }
        }
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.sendBytewise(ALLOWED.getBytes(ISO_8859_1));
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(upstream.text()).doesNotContain("secret");
    }

    @Test
    void a_body_is_framed_anew_and_trailers_do_not_reach_the_upstream() throws IOException {
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            String body = "5;ext=\"x\"\r\nhello\r\n6\r\n world\r\n0\r\nX-Sneaky: 1\r\n\r\n";
            client.send("POST /public HTTP/1.1\r\nHost: api.test\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.send(ALLOWED).readResponse().status()).isEqualTo(200);
        }
        assertThat(upstream.requests().getFirst().text()).isEqualTo("hello world");
        assertThat(upstream.text()).doesNotContain("ext=").doesNotContain("Sneaky");
    }

    @Test
    void responses_without_a_body_do_not_hold_up_the_next_one() throws IOException {
        script = request -> switch (request.method()) {
            case "HEAD" -> Reply.raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
            default ->
                request.target().endsWith("304")
                        ? Reply.raw("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")
                        : Reply.raw("HTTP/1.1 204 No Content\r\n\r\n");
        };
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send(ALLOWED.replace("GET", "HEAD"));
            assertThat(client.readResponse("HEAD").header("content-length")).contains("100");
            assertThat(client.send(ALLOWED.replace("/a", "/304")).readResponse().status())
                    .isEqualTo(304);
            assertThat(client.send(ALLOWED).readResponse().status()).isEqualTo(204);
            assertThat(client.send(ALLOWED).readResponse().status()).isEqualTo(204);
        }
    }

    @Test
    void chunked_responses_come_through() throws IOException {
        script = request -> Reply.raw(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n");
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            assertThat(client.send(ALLOWED).readResponse().text()).isEqualTo("abcde");
            assertThat(client.send(ALLOWED).readResponse().text()).isEqualTo("abcde");
        }
    }

    @Test
    void a_response_without_framing_ends_with_the_connection() throws IOException {
        script = request -> Reply.raw("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end")
                .thenClose();
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            RawResponse response = client.send(ALLOWED).readResponse();
            assertThat(response.header("connection")).contains("close");
            assertThat(response.text()).isEqualTo("until the end");
        }
    }

    @Test
    void an_http_1_0_client_gets_no_chunks() throws IOException {
        script = request -> Reply.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send("GET /public HTTP/1.0\r\nHost: api.test\r\n\r\n");
            RawResponse response = client.readResponse();
            assertThat(response.header("transfer-encoding")).isEmpty();
            assertThat(response.text()).isEqualTo("abc");
        }
    }

    @Test
    void the_proxy_says_continue_once_the_request_is_allowed() throws IOException {
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send("POST /public HTTP/1.1\r\nHost: api.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 100 ");
            client.send("hello");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(upstream.requests().getFirst().text()).isEqualTo("hello");
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send("POST /secret HTTP/1.1\r\nHost: api.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(403);
        }
    }

    @Test
    void an_answer_before_the_body_is_complete_is_the_connections_last() throws IOException {
        try (RecordingUpstream hasty = RecordingUpstream.conversing((in, out) -> {
            in.read(new byte[10]);
            out.write("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno".getBytes(ISO_8859_1));
            out.flush();
            in.readAllBytes();
        })) {
            proxy.host("api.test", 80, hasty.address());
            try (RawClient client = proxy.tunnel("api.test", 80)) {
                client.send(
                        "POST /public HTTP/1.1\r\nHost: api.test\r\nContent-Length: 1000\r\n\r\nGET /public HTTP/1.1\r\n");
                RawResponse response = client.readResponse();
                assertThat(response.status()).isEqualTo(413);
                assertThat(response.header("connection")).contains("close");
                client.send("Host: api.test\r\n\r\n");
                assertThat(client.readToEnd()).isEmpty();
            }
        }
    }

    @Test
    void interim_responses_pass_and_an_unasked_switch_of_protocols_does_not() throws IOException {
        script = request ->
                Reply.raw("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            assertThat(client.send(ALLOWED).readResponse().status()).isEqualTo(103);
            assertThat(client.readResponse().status()).isEqualTo(200);
            script = request ->
                    Reply.raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nraw");
            assertThat(client.send(ALLOWED).readResponse().status()).isEqualTo(502);
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void a_second_response_for_one_request_never_answers_another() throws IOException, InterruptedException {
        String one = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none";
        script = request -> Reply.raw(one + one.replace("one", "two"));
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            assertThat(client.send(ALLOWED).readResponse().text()).isEqualTo("one");
            script = request -> Reply.ok("right");
            assertThat(client.send(ALLOWED).readResponse().text()).isEqualTo("right");
        }
        assertThat(upstream.connections()).hasSize(2);
    }

    @Test
    void a_request_for_another_authority_is_refused() throws IOException {
        for (String host : new String[] {"other.test", "api.test:81", "api.test.evil.test"}) {
            try (RawClient client = proxy.tunnel("api.test", 80)) {
                RawResponse response = client.send(ALLOWED.replace("Host: api.test", "Host: " + host))
                        .readResponse();
                assertThat(response.status()).as(host).isEqualTo(403);
                assertThat(response.text()).contains("request_authority_mismatch");
            }
        }
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send("GET http://other.test/public HTTP/1.1\r\nHost: api.test\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(400);
        }
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send("GET http://other.test/public HTTP/1.0\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(403);
        }
        assertThat(upstream.text()).isEmpty();
    }

    @Test
    void what_is_decided_is_what_is_sent() throws IOException {
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send("GET /x/../public/./%61//b?q=%zz HTTP/1.1\r\nHost: api.test\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(400);
        }
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send(
                    "GET /x/../public/./%61//b?q=%20 HTTP/1.1\r\nHost: api.test\r\nConnection: x-hop\r\nX-Hop: 1\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(upstream.requests().getFirst().target()).isEqualTo("/public/a/b?q=%20");
        assertThat(upstream.text()).doesNotContainIgnoringCase("x-hop");
    }

    @Test
    void connect_and_http_2_within_a_tunnel_are_refused() throws IOException {
        String[] attempts = {
            "CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET /public HTTP/1.1\r\nHost: api.test\r\nConnection: upgrade, http2-settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n",
            "\u0000\u0001GET /public HTTP/1.1\r\nHost: api.test\r\n\r\n",
            "SSH-2.0-x\r\n"
        };
        for (String attempt : attempts) {
            try (RawClient client = proxy.tunnel("api.test", 80)) {
                assertThat(client.send(attempt).readResponse().status())
                        .as(attempt)
                        .isBetween(400, 403);
            }
        }
        assertThat(upstream.text()).isEmpty();
    }

    @Test
    void a_client_that_has_ended_its_side_still_gets_its_answer() throws IOException {
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send(ALLOWED).finish();
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void events_of_a_stream_arrive_while_it_is_open() throws IOException {
        try (RecordingUpstream stream = RecordingUpstream.conversing((in, out) -> {
            in.read(new byte[4096]);
            out.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n".getBytes(ISO_8859_1));
            while (true) {
                out.write("data: x\n\n".getBytes(ISO_8859_1));
                out.flush();
                pause();
            }
        })) {
            proxy.host("api.test", 80, stream.address());
            try (RawClient client = proxy.tunnel("api.test", 80)) {
                client.send(ALLOWED);
                assertThat(client.readHead()).contains("text/event-stream");
                assertThat(client.read(9)).asString().isEqualTo("data: x\n\n");
                assertThat(stream.connections().getFirst().ended()).isFalse();
            }
            assertThat(awaitEnd(stream)).isTrue();
        }
    }

    @Test
    void a_stale_connection_is_replaced_for_a_safe_request_only() throws IOException, InterruptedException {
        script = request -> new Reply(Reply.ok("x").bytes(), request.target().endsWith("last"));
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            assertThat(client.send(ALLOWED.replace("/a", "/last"))
                            .readResponse()
                            .status())
                    .isEqualTo(200);
            assertThat(client.send(ALLOWED).readResponse().status()).isEqualTo(200);
        }
        assertThat(upstream.connections()).hasSize(2);
    }

    @Test
    void an_idle_upstream_connection_serves_the_next_tunnel() throws IOException, InterruptedException {
        for (int i = 0; i < 6; i++) {
            try (RawClient client = proxy.tunnel("api.test", 80)) {
                assertThat(client.send(ALLOWED).readResponse().status()).isEqualTo(200);
                client.finish();
                assertThat(client.readToEnd()).isEmpty();
            }
        }
        assertThat(upstream.connections()).hasSizeLessThanOrEqualTo(2);
        assertThat(upstream.requests()).hasSize(6);
    }

    @Test
    void an_idle_tunnel_lets_its_upstream_connection_go_and_gets_another() throws IOException, InterruptedException {
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            assertThat(client.send(ALLOWED).readResponse().status()).isEqualTo(200);
            Thread.sleep(RelayLimits.HELD_UPSTREAM_MILLIS + 3 * RelayLimits.TICK_MILLIS);
            for (int i = 0; i < 4; i++) {
                try (RawClient other = proxy.tunnel("api.test", 80)) {
                    assertThat(other.send(ALLOWED).readResponse().status()).isEqualTo(200);
                }
            }
            assertThat(client.send(ALLOWED).readResponse().status()).isEqualTo(200);
        }
        assertThat(upstream.connections()).hasSizeLessThan(6);
    }

    @Test
    void a_broken_response_is_noticed_by_the_client() throws IOException {
        script = request ->
                Reply.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort").thenClose();
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send(ALLOWED);
            client.readHead();
            assertThat(new String(client.readToEnd(), ISO_8859_1)).isIn("short", "");
        }
        script = request -> Reply.raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n");
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            assertThat(client.send(ALLOWED).readResponse().status()).isEqualTo(502);
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static boolean awaitEnd(RecordingUpstream upstream) {
        try {
            return upstream.await(() -> upstream.connections().getFirst().ended(), Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
