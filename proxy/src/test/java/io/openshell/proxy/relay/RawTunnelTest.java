package io.openshell.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.core.credential.Credential;
import io.openshell.core.credential.CredentialBinding;
import io.openshell.core.credential.Credentials;
import io.openshell.proxy.LinesProtocol;
import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.CertificateLab;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tunnels whose bytes are not HTTP: unread, or read by a connection inspector. */
class RawTunnelTest {

    private static final RecordingUpstream.Conversation ECHO = (in, out) -> {
        byte[] buffer = new byte[1024];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
            out.flush();
        }
        out.write("bye".getBytes(ISO_8859_1));
        out.flush();
    };

    private static final RecordingUpstream.Conversation GREETER = (in, out) -> {
        out.write("220 ready\n".getBytes(ISO_8859_1));
        out.flush();
        ECHO.run(in, out);
    };

    @Test
    void unknown_bytes_pass_on_an_uninspected_endpoint_and_each_side_ends_by_itself() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.conversing(ECHO);
                ProxyFixture proxy = ProxyFixture.withEndpoint("host: raw.test, port: 5000")
                        .host("raw.test", 5000, upstream.address());
                RawClient client = proxy.tunnel("raw.test", 5000)) {
            client.send("\u0001\u0002hello");
            assertThat(client.read(7)).asString(ISO_8859_1).isEqualTo("\u0001\u0002hello");
            client.finish();
            assertThat(client.readToEnd()).asString(ISO_8859_1).isEqualTo("bye");
        }
    }

    @Test
    void an_upstream_that_ends_first_still_gets_the_rest() throws IOException, InterruptedException {
        try (RecordingUpstream upstream = RecordingUpstream.conversing((in, out) -> {
                    out.write("first".getBytes(ISO_8859_1));
                    out.flush();
                    in.readAllBytes();
                });
                ProxyFixture proxy = ProxyFixture.withEndpoint("host: raw.test, port: 5000")
                        .host("raw.test", 5000, upstream.address());
                RawClient client = proxy.tunnel("raw.test", 5000)) {
            assertThat(client.read(5)).asString(ISO_8859_1).isEqualTo("first");
            client.send("and more").finish();
            assertThat(upstream.await(() -> upstream.text().equals("and more"), Duration.ofSeconds(5)))
                    .isTrue();
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void a_server_that_speaks_first_is_heard_on_an_uninspected_endpoint() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.conversing(GREETER);
                ProxyFixture proxy =
                        ProxyFixture.withEndpoint("host: raw.test, port: 25").host("raw.test", 25, upstream.address());
                RawClient client = proxy.tunnel("raw.test", 25)) {
            assertThat(client.read(10)).asString(ISO_8859_1).isEqualTo("220 ready\n");
            assertThat(client.send("x").read(1)).asString(ISO_8859_1).isEqualTo("x");
        }
    }

    @Test
    void a_server_that_speaks_first_is_not_heard_where_requests_are_inspected() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.conversing(GREETER);
                ProxyFixture proxy = ProxyFixture.withEndpoint(
                                "host: raw.test, port: 25, protocol: prefix, enforcement: enforce, allow: [GET /]")
                        .host("raw.test", 25, upstream.address());
                RawClient client = proxy.tunnel("raw.test", 25)) {
            client.patience(Duration.ofMillis(300));
            assertThat(client.closesWithin(Duration.ofMillis(300))).isFalse();
        }
    }

    @Test
    void http_is_parsed_strictly_even_where_it_is_not_inspected() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.plain(request -> Reply.ok(request.target()));
                ProxyFixture proxy = ProxyFixture.withEndpoint("host: raw.test, port: 80")
                        .host("raw.test", 80, upstream.address())) {
            try (RawClient client = proxy.tunnel("raw.test", 80)) {
                client.send("GET /a/../b HTTP/1.1\r\nHost: raw.test\r\n\r\n");
                assertThat(client.readResponse().text()).isEqualTo("/b");
            }
            try (RawClient client = proxy.tunnel("raw.test", 80)) {
                client.send(
                        "GET / HTTP/1.1\r\nHost: raw.test\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(400);
            }
            assertThat(upstream.requests()).hasSize(1);
        }
    }

    @Test
    void a_placeholder_passes_a_raw_tunnel_as_it_is_and_never_becomes_its_secret() throws IOException {
        String text = "\u0001\u0002 openshell:resolve:env:v1_TOKEN";
        for (String keys : List.of("", ", tls: skip")) {
            try (RecordingUpstream upstream = RecordingUpstream.conversing(ECHO);
                    ProxyFixture proxy = ProxyFixture.withEndpoint("host: raw.test, port: 5000" + keys)
                            .host("raw.test", 5000, upstream.address())) {
                grantToken(proxy);
                try (RawClient client = proxy.tunnel("raw.test", 5000)) {
                    assertThat(client.send(text).read(text.length()))
                            .asString(ISO_8859_1)
                            .isEqualTo(text);
                }
                assertThat(upstream.text()).isEqualTo(text);
            }
        }
    }

    @Test
    void a_placeholder_under_tls_skip_passes_as_it_is_within_the_clients_own_tls() throws Exception {
        CertificateLab own = CertificateLab.create();
        try (RecordingUpstream upstream =
                        RecordingUpstream.tls(own.issue("skip.test").serverContext(), request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withEndpoint("host: skip.test, port: 443, tls: skip")
                        .host("skip.test", 443, upstream.address())) {
            grantToken(proxy);
            try (RawClient client = proxy.tunnel("skip.test", 443).startTls(own.clientContext(), "skip.test")) {
                client.send("GET / HTTP/1.1\r\nHost: skip.test\r\nX-Key: openshell:resolve:env:v1_TOKEN\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
            assertThat(upstream.requests().getLast().header("x-key")).contains("openshell:resolve:env:v1_TOKEN");
        }
    }

    private static void grantToken(ProxyFixture proxy) {
        proxy.credentials()
                .replace(Credentials.of(List.of(Credential.owning(
                        "TOKEN",
                        "s3cr3t".getBytes(ISO_8859_1),
                        List.of(CredentialBinding.parse("skip.test"), CredentialBinding.parse("raw.test:5000")),
                        Optional.empty()))));
    }

    @Test
    void tls_skip_passes_the_upstreams_own_certificate_through() throws IOException {
        CertificateLab own = CertificateLab.create();
        try (RecordingUpstream upstream =
                        RecordingUpstream.tls(own.issue("skip.test").serverContext(), request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withEndpoint("host: skip.test, port: 443, tls: skip")
                        .host("skip.test", 443, upstream.address());
                RawClient client = proxy.tunnel("skip.test", 443).startTls(own.clientContext(), "skip.test")) {
            client.send("GET / HTTP/1.1\r\nHost: other.test\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void an_inspected_stream_passes_what_its_inspector_hands_on_and_ends_when_it_says_so() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.conversing(GREETER);
                ProxyFixture proxy = ProxyFixture.withEndpoint(
                                "host: lines.test, port: 6000, protocol: lines, enforcement: enforce")
                        .host("lines.test", 6000, upstream.address());
                RawClient client = proxy.tunnel("lines.test", 6000)) {
            assertThat(client.read(10)).asString(ISO_8859_1).isEqualTo("220 ready\n");
            client.send("one\ntw");
            assertThat(client.read(4)).asString(ISO_8859_1).isEqualTo("one\n");
            client.send("o forbidden\n");
            assertThat(client.readToEnd()).asString(ISO_8859_1).startsWith("no\n");
            assertThat(upstream.text()).isEqualTo("one\n");
            assertThat(proxy.events()).anyMatch(it -> it.contains("a forbidden word"));
        }
    }

    @Test
    void an_inspector_is_closed_once_however_its_connection_ends() throws IOException, InterruptedException {
        try (RecordingUpstream upstream = RecordingUpstream.conversing(ECHO);
                ProxyFixture proxy = ProxyFixture.withEndpoint(
                                "host: lines.test, port: 6000, protocol: lines, enforcement: enforce")
                        .host("lines.test", 6000, upstream.address())) {
            for (String last : List.of("forbidden\n", "unfinished")) {
                try (RawClient client = proxy.tunnel("lines.test", 6000)) {
                    client.send("one\n");
                    assertThat(client.read(4)).asString(ISO_8859_1).isEqualTo("one\n");
                    assertThat(LinesProtocol.OPEN).hasValueGreaterThan(0);
                    client.send(last);
                }
                assertThat(upstream.await(() -> LinesProtocol.OPEN.get() == 0, Duration.ofSeconds(5)))
                        .as("after %s", last)
                        .isTrue();
            }
        }
    }

    @Test
    void an_inspected_stream_that_the_upstream_resets_is_reset_too_and_its_end_is_recorded_once() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ProxyFixture proxy = ProxyFixture.withEndpoint("host: lines.test, port: 6000, protocol: lines")
                        .host("lines.test", 6000, (InetSocketAddress) server.getLocalSocketAddress());
                RawClient client = proxy.tunnel("lines.test", 6000)) {
            client.send("one\n");
            try (Socket upstream = server.accept()) {
                assertThat(upstream.getInputStream().readNBytes(4))
                        .asString(ISO_8859_1)
                        .isEqualTo("one\n");
                upstream.setSoLinger(true, 0);
            }
            assertThatThrownBy(() -> client.read(1)).isInstanceOf(SocketException.class);
            ProxyFixture.settle();
            assertThat(proxy.events())
                    .filteredOn(event -> event.contains("NET:CLOSE"))
                    .hasSize(1);
        }
    }

    @Test
    void a_request_in_absolute_form_is_refused_where_bytes_are_inspected() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.plain(request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withEndpoint("host: lines.test, port: 80, protocol: lines")
                        .host("lines.test", 80, upstream.address());
                RawClient client = proxy.connect()) {
            client.send("GET http://lines.test/ HTTP/1.1\r\nHost: lines.test\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(403);
            assertThat(upstream.text()).isEmpty();
        }
    }

    @Test
    void an_inspected_stream_has_tls_taken_off_and_put_on_again() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.conversing(
                        ProxyFixture.LAB.issue("lines.test").serverContext(), ECHO);
                ProxyFixture proxy = ProxyFixture.withEndpoint(
                                "host: lines.test, port: 6000, protocol: lines, enforcement: enforce")
                        .host("lines.test", 6000, upstream.address());
                RawClient client = proxy.tlsTunnel("lines.test", 6000)) {
            client.send("one\n");
            assertThat(client.read(4)).asString(ISO_8859_1).isEqualTo("one\n");
            client.send("forbidden\n");
            assertThat(client.readToEnd()).asString(ISO_8859_1).startsWith("no\n");
            assertThat(upstream.text()).isEqualTo("one\n");
        }
    }

    @Test
    void an_upgrade_is_relayed_unread_or_read_as_the_endpoint_says() throws IOException {
        RecordingUpstream.Conversation switching = (in, out) -> {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return;
                }
                head.append((char) next);
            }
            String protocol = head.indexOf("Upgrade: raw") >= 0 ? "raw" : "lines";
            out.write(("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: " + protocol + "\r\n\r\nhi")
                    .getBytes(ISO_8859_1));
            ECHO.run(in, out);
        };
        try (RecordingUpstream upstream = RecordingUpstream.conversing(switching);
                ProxyFixture proxy = ProxyFixture.withEndpoint(
                                "host: up.test, port: 80, protocol: prefix, enforcement: enforce, allow: [GET /ok]")
                        .host("up.test", 80, upstream.address())) {
            for (String protocol : List.of("raw", "lines")) {
                try (RawClient client = proxy.tunnel("up.test", 80)) {
                    client.send(upgrade("/ok", protocol) + "early\n");
                    assertThat(client.readResponse().status()).isEqualTo(101);
                    assertThat(client.read(8)).asString(ISO_8859_1).isEqualTo("hiearly\n");
                    client.send("forbidden\n");
                    assertThat(client.read(3)).asString(ISO_8859_1).isEqualTo(protocol.equals("raw") ? "for" : "no\n");
                }
            }
            for (String refused : List.of(upgrade("/no", "raw"), upgrade("/ok", "other"))) {
                try (RawClient client = proxy.tunnel("up.test", 80)) {
                    assertThat(client.send(refused).readResponse().status()).isEqualTo(403);
                }
            }
            assertThat(upstream.connections()).hasSizeLessThanOrEqualTo(4);
        }
    }

    @Test
    void an_upgrade_that_the_upstream_declines_stays_http() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.plain(request -> Reply.ok("no upgrade"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(
                                "host: up.test, port: 80, protocol: prefix, enforcement: enforce, allow: [GET /ok]")
                        .host("up.test", 80, upstream.address());
                RawClient client = proxy.tunnel("up.test", 80)) {
            client.send(upgrade("/ok", "raw"));
            assertThat(client.readResponse().text()).isEqualTo("no upgrade");
            client.send("GET /denied HTTP/1.1\r\nHost: up.test\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(403);
            assertThat(upstream.requests()).hasSize(1);
        }
    }

    private static String upgrade(String path, String protocol) {
        return "GET " + path + " HTTP/1.1\r\nHost: up.test\r\nConnection: Upgrade\r\nUpgrade: " + protocol + "\r\n\r\n";
    }
}
