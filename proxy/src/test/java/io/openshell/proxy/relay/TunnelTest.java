package io.openshell.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RawResponse;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests through CONNECT with TLS, allowed and denied. */
class TunnelTest {

    private static final String GET_PUBLIC = "GET /public/a?x=1 HTTP/1.1\r\nHost: api.test\r\n\r\n";
    private static final String GET_SECRET = "GET /secret HTTP/1.1\r\nHost: api.test\r\n\r\n";

    private RecordingUpstream upstream;
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        upstream = RecordingUpstream.tls(
                ProxyFixture.LAB.issue("api.test").serverContext(), request -> Reply.ok("hello " + request.target()));
        proxy = ProxyFixture.withEndpoint(
                        "host: api.test, port: 443, protocol: prefix, enforcement: enforce, allow: [GET /public]")
                .host("api.test", 443, upstream.address());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        upstream.close();
    }

    @Test
    void an_allowed_request_is_answered_by_the_upstream() throws IOException {
        try (RawClient client = proxy.tlsTunnel("api.test", 443)) {
            RawResponse response = client.send(GET_PUBLIC).readResponse();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).isEqualTo("hello /public/a?x=1");
            assertThat(client.send(GET_PUBLIC).readResponse().status()).isEqualTo(200);
        }
        assertThat(upstream.requests()).hasSize(2);
        assertThat(proxy.events())
                .anyMatch(it -> it.startsWith("NET:OPEN [INFO] ALLOWED /usr/bin/curl(42) -> api.test:443"))
                .anyMatch(it ->
                        it.startsWith("HTTP:GET [INFO] ALLOWED /usr/bin/curl(42) -> GET https://api.test/public/a"));
    }

    @Test
    void a_denied_request_is_answered_with_the_reason_and_never_seen_upstream() throws IOException {
        try (RawClient client = proxy.tlsTunnel("api.test", 443)) {
            RawResponse response = client.send(GET_SECRET).readResponse();
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.header("x-openshell-policy")).contains("test");
            assertThat(response.header("connection")).contains("close");
            assertThat(response.text()).contains("\"detail\":\"GET /secret not permitted by policy\"");
            assertThat(client.closesWithin(Duration.ofSeconds(2))).isTrue();
        }
        assertThat(upstream.text()).isEmpty();
        assertThat(proxy.events()).anyMatch(it -> it.startsWith("HTTP:GET [MED] DENIED"));
    }

    @Test
    void a_host_that_no_policy_has_is_refused_before_the_tunnel_stands() throws IOException {
        try (RawClient client = proxy.connect()) {
            RawResponse response = client.askTunnel("other.test:443");
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.text()).contains("\"error\":\"policy_denied\"");
        }
    }
}
