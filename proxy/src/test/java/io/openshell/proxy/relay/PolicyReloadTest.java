package io.openshell.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Another policy takes over while connections are open. */
class PolicyReloadTest {

    private static final String WIDE =
            "host: api.test, port: 80, protocol: prefix, enforcement: enforce, allow: [GET /]";
    private static final String NARROW = WIDE.replace("GET /", "GET /new");

    @Test
    void a_request_after_a_change_is_decided_by_the_new_policy() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.plain(request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(WIDE).host("api.test", 80, upstream.address());
                RawClient client = proxy.tunnel("api.test", 80)) {
            assertThat(client.send(get("/a")).readResponse().status()).isEqualTo(200);
            proxy.usePolicies(ProxyFixture.onePolicy(NARROW));
            assertThat(client.send(get("/new")).readResponse().status()).isEqualTo(200);
            assertThat(client.send(get("/a")).readResponse().status()).isEqualTo(403);
            assertThat(upstream.requests()).hasSize(2);
        }
    }

    @Test
    void an_idle_tunnel_to_a_host_that_is_no_longer_allowed_ends() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.plain(request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(WIDE).host("api.test", 80, upstream.address());
                RawClient client = proxy.tunnel("api.test", 80)) {
            assertThat(client.send(get("/a")).readResponse().status()).isEqualTo(200);
            proxy.usePolicies("");
            assertThat(client.closesWithin(Duration.ofSeconds(4))).isTrue();
            assertThat(proxy.jsonEvents()).anyMatch(it -> it.contains("tunnel closed after policy reload"));
        }
    }

    @Test
    void a_raw_tunnel_lives_on_while_it_is_allowed_and_ends_when_it_is_not() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.conversing((in, out) -> {
                    out.write("hi".getBytes(ISO_8859_1));
                    out.flush();
                    in.readAllBytes();
                });
                ProxyFixture proxy = ProxyFixture.withEndpoint("host: raw.test, port: 5000")
                        .host("raw.test", 5000, upstream.address());
                RawClient client = proxy.tunnel("raw.test", 5000)) {
            client.read(2);
            proxy.usePolicies(ProxyFixture.onePolicy("host: raw.test, ports: [5000, 5001]"));
            assertThat(client.closesWithin(Duration.ofMillis(1500))).isFalse();
            proxy.usePolicies(ProxyFixture.onePolicy(WIDE));
            assertThat(client.closesWithin(Duration.ofSeconds(4))).isTrue();
        }
    }

    @Test
    void an_answer_under_way_is_cut_when_its_host_is_no_longer_allowed() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.conversing((in, out) -> {
                    in.read(new byte[4096]);
                    out.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx".getBytes(ISO_8859_1));
                    out.flush();
                    in.readAllBytes();
                });
                ProxyFixture proxy = ProxyFixture.withEndpoint(WIDE).host("api.test", 80, upstream.address());
                RawClient client = proxy.tunnel("api.test", 80)) {
            client.send(get("/a"));
            client.readHead();
            proxy.usePolicies("");
            assertThat(client.closesWithin(Duration.ofSeconds(4))).isTrue();
        }
    }

    private static final String LINES = "host: lines.test, port: 6000, protocol: lines, enforcement: enforce";

    @Test
    void a_stream_that_is_read_ends_with_its_protocols_last_words_on_both_sides() throws Exception {
        CompletableFuture<String> heard = new CompletableFuture<>();
        try (RecordingUpstream upstream = RecordingUpstream.conversing((in, out) -> {
                    // An answer: what it answers has passed by the first policy.
                    String first = new String(in.readNBytes(4), ISO_8859_1);
                    out.write("hi\n".getBytes(ISO_8859_1));
                    out.flush();
                    heard.complete(first + new String(in.readAllBytes(), ISO_8859_1));
                });
                ProxyFixture proxy = ProxyFixture.withEndpoint(LINES).host("lines.test", 6000, upstream.address());
                RawClient client = proxy.tunnel("lines.test", 6000)) {
            client.send("one\n");
            assertThat(new String(client.read(3), ISO_8859_1)).isEqualTo("hi\n");
            proxy.usePolicies(ProxyFixture.onePolicy(LINES));
            assertThat(new String(client.read(4), ISO_8859_1)).isEqualTo("bye\n");
            assertThat(client.closesWithin(Duration.ofSeconds(4))).isTrue();
            assertThat(heard.get(5, TimeUnit.SECONDS)).isEqualTo("one\nbye\n");
            assertThat(proxy.jsonEvents())
                    .filteredOn(it -> it.contains("tunnel closed after policy reload"))
                    .hasSize(1);
        }
    }

    @Test
    void what_is_sent_on_a_stream_after_a_change_is_not_judged_by_the_old_policy() throws Exception {
        CompletableFuture<String> heard = new CompletableFuture<>();
        try (RecordingUpstream upstream = RecordingUpstream.conversing((in, out) -> {
                    out.write("hi\n".getBytes(ISO_8859_1));
                    out.flush();
                    heard.complete(new String(in.readAllBytes(), ISO_8859_1));
                });
                ProxyFixture proxy = ProxyFixture.withEndpoint(LINES).host("lines.test", 6000, upstream.address());
                RawClient client = proxy.tunnel("lines.test", 6000)) {
            client.read(3);
            proxy.usePolicies(ProxyFixture.onePolicy(LINES));
            client.send("late\n");
            assertThat(heard.get(5, TimeUnit.SECONDS)).isEqualTo("bye\n");
        }
    }

    @Test
    void a_stream_is_told_that_time_passes_and_may_end() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.conversing((in, out) -> in.readAllBytes());
                ProxyFixture proxy = ProxyFixture.withEndpoint(LINES).host("lines.test", 6000, upstream.address());
                RawClient client = proxy.tunnel("lines.test", 6000)) {
            client.send("slow");
            assertThat(new String(client.read(3), ISO_8859_1)).isEqualTo("no\n");
            assertThat(client.closesWithin(Duration.ofSeconds(4))).isTrue();
            assertThat(proxy.jsonEvents()).anyMatch(it -> it.contains("a line without end"));
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: api.test\r\n\r\n";
    }
}
