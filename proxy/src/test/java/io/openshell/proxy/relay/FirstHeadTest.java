package io.openshell.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.proxy.ProxyFixture;
import io.openshell.proxy.sandbox.PeerIdentity;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RawResponse;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first head of a connection: CONNECT, absolute-form, and what is neither. */
class FirstHeadTest {

    private RecordingUpstream upstream;
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        upstream = RecordingUpstream.plain(request -> Reply.ok("hello " + request.target()));
        proxy = ProxyFixture.withEndpoint("host: api.test, port: 80, protocol: prefix, enforcement: enforce,"
                        + " allow: [GET /public, POST /public]")
                .host("api.test", 80, upstream.address());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        upstream.close();
    }

    @Test
    void an_allowed_absolute_form_request_goes_upstream_in_origin_form() throws IOException {
        try (RawClient client = proxy.connect()) {
            client.send(
                    "GET http://api.test/public?x=1 HTTP/1.1\r\nHost: api.test\r\nProxy-Connection: keep-alive\r\n\r\n");
            RawResponse response = client.readResponse();
            assertThat(response.text()).isEqualTo("hello /public?x=1");
            assertThat(response.header("connection")).contains("close");
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(upstream.requests().getFirst().header("via")).contains("1.1 openshell-sandbox");
        assertThat(upstream.text()).doesNotContainIgnoringCase("proxy-");
        assertThat(proxy.events()).anyMatch(it -> it.contains("HTTP:GET [INFO] ALLOWED"));
    }

    @Test
    void a_body_that_follows_an_absolute_form_request_goes_along_and_nothing_behind_it() throws IOException {
        try (RawClient client = proxy.connect()) {
            client.send("POST http://api.test/public HTTP/1.1\r\nHost: api.test\r\nContent-Length: 5\r\n\r\nhello"
                    + "GET http://api.test/public/second HTTP/1.1\r\nHost: api.test\r\n\r\n");
            client.finish();
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(upstream.requests()).hasSize(1);
        assertThat(upstream.requests().getFirst().text()).isEqualTo("hello");
        assertThat(upstream.text()).doesNotContain("second");
    }

    @Test
    void a_denied_absolute_form_request_never_reaches_the_upstream() throws IOException {
        try (RawClient client = proxy.connect()) {
            client.send("GET http://api.test/secret?token=x HTTP/1.1\r\nHost: api.test\r\n\r\n");
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.text()).contains("denied by L7 policy").doesNotContain("token");
        }
        try (RawClient client = proxy.connect()) {
            client.send("GET http://other.test/x HTTP/1.1\r\nHost: other.test\r\n\r\n");
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.text()).contains("GET other.test:80/x not permitted by policy");
        }
        assertThat(upstream.text()).isEmpty();
        assertThat(String.join("\n", proxy.jsonEvents())).doesNotContain("token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: api.test\r\n\r\n",
                "GET https://api.test/ HTTP/1.1\r\nHost: api.test\r\n\r\n",
                "GET ftp://api.test/ HTTP/1.1\r\nHost: api.test\r\n\r\n",
                "CONNECT api.test HTTP/1.1\r\nHost: api.test\r\n\r\n",
                "CONNECT api.test:80:90 HTTP/1.1\r\nHost: api.test\r\n\r\n",
                "CONNECT api.test:65536 HTTP/1.1\r\nHost: api.test\r\n\r\n",
                "CONNECT [::1] HTTP/1.1\r\nHost: api.test\r\n\r\n",
                "CONNECT user@api.test:80 HTTP/1.1\r\nHost: api.test\r\n\r\n",
                "CONNECT api.test:80 HTTP/1.1\r\nHost: evil.test:80\r\n\r\n",
                "CONNECT api.test:80 HTTP/1.1\nHost: api.test\n\n",
                "CONNECT 0x7f.1:80 HTTP/1.1\r\nHost: 0x7f.1:80\r\n\r\n",
                "nonsense\r\n\r\n"
            })
    void what_is_not_a_proxy_request_is_a_bad_request(String head) throws IOException {
        try (RawClient client = proxy.connect()) {
            assertThat(client.send(head).readResponse().status()).isEqualTo(400);
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(upstream.connections()).isEmpty();
    }

    @Test
    void a_head_that_is_too_long_is_431() throws IOException {
        try (RawClient client = proxy.connect()) {
            client.send("GET http://api.test/ HTTP/1.1\r\nHost: api.test\r\nX: " + "x".repeat(8200));
            assertThat(client.readResponse().status()).isEqualTo(431);
        }
    }

    @Test
    void what_comes_with_a_denied_connect_is_never_looked_at() throws IOException {
        try (RawClient client = proxy.connect()) {
            String connect = "CONNECT other.test:80 HTTP/1.1\r\nHost: other.test:80\r\n\r\n";
            client.send(connect + "GET http://api.test/public HTTP/1.1\r\nHost: api.test\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(403);
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(upstream.text()).isEmpty();
    }

    @Test
    void what_comes_with_an_allowed_connect_is_the_tunnels() throws IOException {
        try (RawClient client = proxy.connect()) {
            String connect = "CONNECT api.test:80 HTTP/1.1\r\nHost: api.test:80\r\n\r\n";
            client.send(connect + "GET /public HTTP/1.1\r\nHost: api.test\r\n\r\n");
            assertThat(client.readResponse("CONNECT").status()).isEqualTo(200);
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void a_peer_that_cannot_be_identified_is_refused_everything() throws IOException {
        proxy.usePeer(new PeerIdentity.Unknown("several processes own the socket"));
        try (RawClient client = proxy.connect()) {
            RawResponse response = client.askTunnel("api.test:80");
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.text()).contains("several processes own the socket");
        }
        proxy.usePeer(new PeerIdentity.Known("/usr/bin/wget", List.of(), List.of("/usr/bin/curl"), 7));
        try (RawClient client = proxy.connect()) {
            assertThat(client.askTunnel("api.test:80").status()).isEqualTo(403);
        }
        assertThat(upstream.connections()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "64:ff9b::a00:1", "93.184.216.1,10.0.0.1"})
    void a_name_with_an_internal_address_is_refused(String addresses) throws IOException {
        proxy.resolve("api.test", addresses.split(",", -1));
        try (RawClient client = proxy.connect()) {
            RawResponse response = client.askTunnel("api.test:80");
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.text()).contains("ssrf_denied", "CONNECT api.test:80 blocked: internal address");
        }
        assertThat(proxy.events()).anyMatch(it -> it.contains("engine:ssrf"));
    }

    @Test
    void an_upstream_that_cannot_be_reached_is_a_bad_gateway() throws IOException {
        proxy.resolve("api.test", "93.184.216.250");
        try (RawClient client = proxy.connect()) {
            RawResponse response = client.askTunnel("api.test:80");
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.text()).contains("upstream_unreachable");
        }
        try (ProxyFixture nameless = ProxyFixture.withEndpoint("host: gone.test, port: 80");
                RawClient client = nameless.connect()) {
            assertThat(client.askTunnel("gone.test:80").status()).isEqualTo(502);
        }
    }

    @Test
    void a_head_in_single_bytes_is_understood() throws IOException {
        try (RawClient client = proxy.connect()) {
            client.sendBytewise("CONNECT API.test:80 HTTP/1.1\r\nHost: api.test:80\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(client.readResponse("CONNECT").status()).isEqualTo(200);
        }
    }

    @Test
    void without_a_policy_everything_is_refused() throws IOException {
        try (ProxyFixture closed = ProxyFixture.withPolicies("").host("api.test", 80, upstream.address())) {
            try (RawClient client = closed.connect()) {
                assertThat(client.askTunnel("api.test:80").status()).isEqualTo(403);
            }
            try (RawClient client = closed.connect()) {
                client.send("GET http://api.test/ HTTP/1.1\r\nHost: api.test\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(403);
            }
        }
        assertThat(upstream.connections()).isEmpty();
    }
}
