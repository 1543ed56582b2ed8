package io.openshell.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.CertificateLab;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RawResponse;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS on both sides of the proxy. */
class TlsTest {

    private static final String INSPECTED =
            "host: api.test, port: 443, protocol: prefix, enforcement: enforce, allow: [GET /]";
    private static final String GET = "GET / HTTP/1.1\r\nHost: api.test\r\n\r\n";

    @ParameterizedTest
    @ValueSource(strings = {"wrong host", "expired", "self-signed"})
    void an_upstream_whose_certificate_does_not_prove_it_is_a_bad_gateway(String fault) throws IOException {
        SSLContext wrong = switch (fault) {
            case "wrong host" -> ProxyFixture.LAB.issue("other.test").serverContext();
            case "expired" -> ProxyFixture.LAB.issueExpired("api.test").serverContext();
            default -> CertificateLab.create().issue("api.test").serverContext();
        };
        try (RecordingUpstream upstream = RecordingUpstream.tls(wrong, request -> Reply.ok("never"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(INSPECTED).host("api.test", 443, upstream.address())) {
            for (int i = 0; i < 2; i++) {
                try (RawClient client = proxy.tlsTunnel("api.test", 443)) {
                    RawResponse response = client.send(GET).readResponse();
                    assertThat(response.status()).isEqualTo(502);
                    assertThat(response.text()).contains("upstream_unreachable", "TLS handshake with the upstream");
                }
            }
            assertThat(upstream.text()).isEmpty();
            assertThat(proxy.events()).anyMatch(it -> it.contains("TLS handshake with the upstream"));
        }
    }

    @Test
    void a_server_name_other_than_the_connect_host_is_refused_even_if_both_are_allowed() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.tls(
                        ProxyFixture.LAB.issue("api.test", "two.test").serverContext(), request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withPolicies(ProxyFixture.onePolicy(INSPECTED)
                                + ProxyFixture.onePolicy(INSPECTED.replace("api.test", "two.test"))
                                        .replace("test:\n", "two:\n"))
                        .host("api.test", 443, upstream.address())
                        .host("two.test", 443, upstream.address());
                RawClient client = proxy.tunnel("api.test", 443)) {
            assertThatThrownBy(() -> client.startTls(proxy.clientContext(), "two.test"))
                    .isInstanceOf(IOException.class);
            assertThat(upstream.text()).isEmpty();
            assertThat(proxy.jsonEvents()).anyMatch(it -> it.contains("TLS server name: two.test"));
        }
    }

    @Test
    void a_client_without_server_name_gets_the_connect_hosts_certificate() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.tls(
                        ProxyFixture.LAB.issue("93.184.216.34").serverContext(), request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(INSPECTED.replace("api.test", "93.184.216.34"))
                        .route("93.184.216.34", 443, upstream.address());
                RawClient client = proxy.tlsTunnel("93.184.216.34", 443)) {
            assertThat(client.send(GET.replace("api.test", "93.184.216.34"))
                            .readResponse()
                            .status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 50, 1000})
    void a_client_hello_in_pieces_is_inspected_all_the_same(int piece) throws Exception {
        try (RecordingUpstream upstream = RecordingUpstream.tls(
                        ProxyFixture.LAB.issue("api.test").serverContext(), request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(INSPECTED).host("api.test", 443, upstream.address());
                RawClient client = proxy.tunnel("api.test", 443)) {
            byte[] hello = clientHello(proxy.clientContext(), "api.test");
            for (int at = 0; at < hello.length; at += piece) {
                client.send(Arrays.copyOfRange(hello, at, Math.min(hello.length, at + piece)));
            }
            assertThat(client.read(3)).containsExactly(0x16, 3, 3);
        }
    }

    @Test
    void a_client_hello_over_several_records_is_answered() throws Exception {
        try (RecordingUpstream upstream = RecordingUpstream.tls(
                        ProxyFixture.LAB.issue("api.test").serverContext(), request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(INSPECTED).host("api.test", 443, upstream.address())) {
            try (RawClient client = proxy.tunnel("api.test", 443)) {
                client.send(inRecords(clientHello(proxy.clientContext(), "api.test"), 40));
                assertThat(client.read(3)).containsExactly(0x16, 3, 3);
            }
            try (RawClient client = proxy.tunnel("api.test", 443)) {
                client.send(inRecords(clientHello(proxy.clientContext(), "other.test"), 40));
                assertThat(client.closesWithin(Duration.ofSeconds(3))).isTrue();
            }
            assertThat(upstream.text()).isEmpty();
        }
    }

    @Test
    void hellos_that_announce_megabytes_cost_nothing_and_end() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.plain(request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(INSPECTED).host("api.test", 443, upstream.address())) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                RawClient client = proxy.tunnel("api.test", 443);
                client.send(new byte[] {0x16, 3, 1, 0, 4, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff});
                clients.add(client);
            }
            for (RawClient client : clients) {
                assertThat(client.closesWithin(Duration.ofSeconds(5))).isTrue();
                client.close();
            }
            assertThat(upstream.text()).isEmpty();
        }
    }

    @Test
    void what_is_not_tls_after_all_ends_the_tunnel_and_is_never_raw() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.conversing((in, out) -> in.readAllBytes());
                ProxyFixture proxy = ProxyFixture.withEndpoint("host: api.test, port: 443")
                        .host("api.test", 443, upstream.address())) {
            for (String start : List.of("\u0016", "\u0016\u0003", "\u0016\u0003\u0001\u0000\u0005hello")) {
                try (RawClient client = proxy.tunnel("api.test", 443)) {
                    client.send(start);
                    client.patience(Duration.ofMillis(300));
                    client.closesWithin(Duration.ofMillis(300));
                }
            }
            assertThat(upstream.text()).isEmpty();
        }
    }

    @Test
    void only_http_1_1_is_agreed_on() throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.tls(
                        ProxyFixture.LAB.issue("api.test").serverContext(), request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(INSPECTED).host("api.test", 443, upstream.address());
                RawClient client = proxy.tlsTunnel("api.test", 443)) {
            client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(400);
            assertThat(upstream.text()).isEmpty();
        }
    }

    private static byte[] clientHello(SSLContext context, String serverName) throws IOException {
        SSLEngine engine = context.createSSLEngine(serverName, 443);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        out.flip();
        byte[] bytes = new byte[out.remaining()];
        out.get(bytes);
        return bytes;
    }

    /** Divides one record's content over many. */
    private static byte[] inRecords(byte[] record, int size) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 5; at < record.length; at += size) {
            int length = Math.min(size, record.length - at);
            out.writeBytes(new byte[] {record[0], record[1], record[2], (byte) (length >> 8), (byte) length});
            out.write(record, at, length);
        }
        return out.toByteArray();
    }
}
