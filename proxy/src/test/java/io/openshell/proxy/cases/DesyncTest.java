package io.openshell.proxy.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.CertificateLab;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RawResponse;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.RecordingUpstream.Conversation;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Answers before their requests have ended, and bytes before the answer that they depend on (attack classes S9 and
 * S10): what was announced as one thing never becomes another.
 */
class DesyncTest {

    private static final String ENDPOINT =
            "host: api.test, port: 443, protocol: prefix, enforcement: enforce, allow: [GET /public/, POST /public/]";

    private static final String SMUGGLED = "GET /public/smuggled HTTP/1.1\r\nHost: api.test\r\n\r\n";

    private static final CertificateLab.ServerCertificate CERTIFICATE = ProxyFixture.LAB.issue("api.test");

    @Test
    void a_body_behind_an_early_answer_never_becomes_a_request_upstream() throws Exception {
        String head = "POST /public/a HTTP/1.1\r\nHost: api.test\r\nContent-Length: " + SMUGGLED.length() + "\r\n\r\n";
        String early = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno";
        try (RecordingUpstream upstream = upstream(answeringEach(early));
                ProxyFixture proxy = ProxyFixture.withEndpoint(ENDPOINT).host("api.test", 443, upstream.address());
                RawClient client = proxy.tlsTunnel("api.test", 443)) {
            client.send(head);
            assertThat(client.readResponse().status()).isEqualTo(413);
            sendLeniently(client, SMUGGLED);
            assertThat(client.closesWithin(RawClient.PATIENCE)).isTrue();
            askAgain(proxy, 413);
            assertThat(upstream.text()).contains("Content-Length").doesNotContain("smuggled");
        }
    }

    @Test
    void an_expectation_is_met_by_the_proxy_and_the_body_stays_a_body() throws Exception {
        try (RecordingUpstream upstream =
                        RecordingUpstream.tls(CERTIFICATE.serverContext(), request -> Reply.ok(request.text()));
                ProxyFixture proxy = ProxyFixture.withEndpoint(ENDPOINT).host("api.test", 443, upstream.address());
                RawClient client = proxy.tlsTunnel("api.test", 443)) {
            client.send("POST /public/a HTTP/1.1\r\nHost: api.test\r\nExpect: 100-continue\r\nContent-Length: "
                    + SMUGGLED.length() + "\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(100);
            RawResponse answer = client.send(SMUGGLED).readResponse();
            assertThat(answer.text()).isEqualTo(SMUGGLED);
            assertThat(upstream.requests()).hasSize(1);
            assertThat(upstream.text()).doesNotContain("Expect");
        }
    }

    @Test
    void a_denied_request_is_refused_before_its_expectation_is_met() throws Exception {
        try (RecordingUpstream upstream = upstream(answeringEach("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(ENDPOINT).host("api.test", 443, upstream.address());
                RawClient client = proxy.tlsTunnel("api.test", 443)) {
            client.send("POST /secret HTTP/1.1\r\nHost: api.test\r\nExpect: 100-continue\r\nContent-Length: "
                    + SMUGGLED.length() + "\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(403);
            sendLeniently(client, SMUGGLED);
            assertThat(client.readToEnd()).isEmpty();
            assertThat(upstream.text()).isEmpty();
        }
    }

    @Test
    void bytes_behind_an_upgrade_that_was_not_granted_are_never_relayed_unread() throws Exception {
        String upgrade = "GET /public/ws HTTP/1.1\r\nHost: api.test\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n";
        try (RecordingUpstream upstream = upstream(answeringEach("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(ENDPOINT).host("api.test", 443, upstream.address());
                RawClient client = proxy.tlsTunnel("api.test", 443)) {
            client.send(upgrade + "GET /secret HTTP/1.1\r\nHost: api.test\r\n\r\nraw bytes");
            assertThat(client.readResponse().status()).isEqualTo(200);
            String rest = new String(client.readToEnd(), StandardCharsets.ISO_8859_1);
            assertThat(rest).doesNotContain("200");
            assertThat(upstream.text()).doesNotContain("secret").doesNotContain("raw bytes");
        }
    }

    @Test
    void bytes_behind_a_granted_upgrade_reach_the_upstream_only_after_its_101() throws Exception {
        String upgrade = "GET /public/ws HTTP/1.1\r\nHost: api.test\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n";
        Conversation conversation = (in, out) -> {
            readHead(in);
            sleep(Duration.ofMillis(50));
            if (in.available() > 0) {
                throw new IOException("early bytes");
            }
            write(out, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n");
            write(out, "got " + new String(in.readNBytes(5), StandardCharsets.ISO_8859_1));
        };
        try (RecordingUpstream upstream = upstream(conversation);
                ProxyFixture proxy = ProxyFixture.withEndpoint(ENDPOINT).host("api.test", 443, upstream.address());
                RawClient client = proxy.tlsTunnel("api.test", 443)) {
            client.send(upgrade + "early");
            assertThat(client.readResponse().status()).isEqualTo(101);
            assertThat(client.readToEnd()).asString().isEqualTo("got early");
        }
    }

    private static RecordingUpstream upstream(Conversation conversation) throws IOException {
        return RecordingUpstream.conversing(CERTIFICATE.serverContext(), conversation);
    }

    /** Answers as soon as a head is there, and reads on as a careless server would. */
    private static Conversation answeringEach(String answer) {
        return (in, out) -> {
            while (readHead(in)) {
                write(out, answer);
            }
        };
    }

    private static boolean readHead(InputStream in) throws IOException {
        int matched = 0;
        while (matched < 4) {
            int octet = in.read();
            if (octet < 0) {
                return false;
            }
            matched = octet == "\r\n\r\n".charAt(matched) ? matched + 1 : octet == '\r' ? 1 : 0;
        }
        return true;
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** The proxy may have closed already, which is as good as not taking the bytes. */
    private static void sendLeniently(RawClient client, String text) {
        try {
            client.send(text);
        } catch (IOException closed) {
            assertThat(closed).isNotNull();
        }
    }

    private static void askAgain(ProxyFixture proxy, int status) throws IOException {
        try (RawClient other = proxy.tlsTunnel("api.test", 443)) {
            other.send("GET /public/b HTTP/1.1\r\nHost: api.test\r\n\r\n");
            assertThat(other.readResponse().status()).isEqualTo(status);
        }
    }

    private static void sleep(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }
}
