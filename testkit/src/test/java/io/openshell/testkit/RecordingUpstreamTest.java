package io.openshell.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.testkit.CertificateLab.ServerCertificate;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class RecordingUpstreamTest {

    private static final String GET = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @Test
    void remembers_every_byte_of_every_connection() throws Exception {
        try (RecordingUpstream upstream = RecordingUpstream.plain(request -> Reply.ok("hi"));
                RawClient first = RawClient.connect(upstream.address());
                RawClient second = RawClient.connect(upstream.address())) {
            first.sendBytewise(GET.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(first.readResponse().text()).isEqualTo("hi");
            second.send("\0\1nonsense").finish();
            upstream.await(() -> upstream.text().endsWith("nonsense"), RawClient.PATIENCE);

            assertThat(upstream.connections()).extracting(Recording::text).containsExactly(GET, "\0\1nonsense");
            assertThat(upstream.requests()).hasSize(1);
        }
    }

    @Test
    void reads_bodies_by_length_and_by_chunks_and_says_continue() throws Exception {
        try (RecordingUpstream upstream = RecordingUpstream.plain(request -> Reply.ok(request.text()));
                RawClient client = RawClient.connect(upstream.address())) {
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(100);
            client.send("abc");
            assertThat(client.readResponse().text()).isEqualTo("abc");
            client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n");
            assertThat(client.readResponse().text()).isEqualTo("de");
        }
    }

    @Test
    void sends_what_is_scripted_even_if_it_is_no_response() throws Exception {
        try (RecordingUpstream upstream = RecordingUpstream.plain(
                        request -> Reply.raw("HTP/9 what\n").thenClose());
                RawClient client = RawClient.connect(upstream.address())) {
            client.send(GET);
            assertThat(client.readToEnd()).asString().isEqualTo("HTP/9 what\n");
        }
    }

    @Test
    void talks_tls_with_a_certificate_of_the_lab() throws Exception {
        CertificateLab lab = CertificateLab.create();
        ServerCertificate certificate = lab.issue("api.test");
        try (RecordingUpstream upstream = RecordingUpstream.tls(certificate.serverContext(), r -> Reply.ok("tls"));
                RawClient client = RawClient.connect(upstream.address())) {
            client.startTls(lab.clientContext(), "api.test").send(GET);
            assertThat(client.readResponse().text()).isEqualTo("tls");
            assertThat(upstream.text()).isEqualTo(GET);
        }
    }

    @Test
    void a_client_refuses_another_authority_another_name_and_an_expired_certificate() throws Exception {
        CertificateLab lab = CertificateLab.create();
        assertRefuses(lab.issue("api.test"), CertificateLab.create());
        assertRefuses(lab.issue("other.test"), lab);
        assertRefuses(lab.issueExpired("api.test"), lab);
    }

    @Test
    void a_silent_peer_is_a_time_out_and_not_a_hang() throws Exception {
        try (RecordingUpstream upstream = RecordingUpstream.conversing((in, out) -> in.read());
                RawClient client = RawClient.connect(upstream.address()).patience(Duration.ofMillis(50))) {
            assertThatThrownBy(client::readHead).isInstanceOf(SocketTimeoutException.class);
            assertThat(client.closesWithin(Duration.ofMillis(50))).isFalse();
        }
    }

    private static void assertRefuses(ServerCertificate certificate, CertificateLab trusted) throws IOException {
        try (RecordingUpstream upstream = RecordingUpstream.tls(certificate.serverContext(), r -> Reply.ok("tls"));
                RawClient client = RawClient.connect(upstream.address())) {
            assertThatThrownBy(() -> client.startTls(trusted.clientContext(), "api.test"))
                    .isInstanceOf(SSLException.class);
        }
    }
}
