package io.openshell.proxy.credential;

import static io.openshell.proxy.credential.CredentialLab.P;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.credential.Credentials;
import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RecordingUpstream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Credentials in the messages of upgraded connections. */
class MessageInjectionTest {

    private static final String UPGRADE =
            "GET /chat HTTP/1.1\r\nHost: api.test\r\nConnection: Upgrade\r\nUpgrade: lines\r\n\r\n";
    private static final String ENDPOINT =
            "host: api.test, port: 443, protocol: prefix, enforcement: enforce, allow: [GET /]";

    private static RecordingUpstream upstream() throws IOException {
        return RecordingUpstream.conversing(
                ProxyFixture.LAB.issue("api.test").serverContext(), MessageInjectionTest::converse);
    }

    private static void converse(InputStream in, OutputStream out) throws IOException {
        in.readNBytes(UPGRADE.length());
        out.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: lines\r\nConnection: Upgrade\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        in.transferTo(OutputStream.nullOutputStream());
    }

    private static ProxyFixture proxy(RecordingUpstream upstream, String keys) throws IOException {
        ProxyFixture proxy = ProxyFixture.withEndpoint(ENDPOINT + keys).host("api.test", 443, upstream.address());
        proxy.credentials()
                .replace(Credentials.of(List.of(
                        CredentialLab.credential("TOKEN", "a\"secret", "api.test/chat"),
                        CredentialLab.credential("ELSEWHERE", "b-secret", "api.test/other"))));
        return proxy;
    }

    private static RawClient open(ProxyFixture proxy) throws IOException {
        RawClient client = proxy.tlsTunnel("api.test", 443).send(UPGRADE);
        assertThat(client.readHead()).startsWith("HTTP/1.1 101");
        return client;
    }

    @Test
    void a_message_of_an_endpoint_that_opted_in_is_rewritten_as_json_or_as_text() throws Exception {
        try (RecordingUpstream upstream = upstream();
                ProxyFixture proxy = proxy(upstream, ", websocket_credential_rewrite: true");
                RawClient client = open(proxy)) {
            client.send("{\"token\":\"" + P + "v1_TOKEN\"}\n");
            assertThat(upstream.await(() -> upstream.text().contains("}\n"), RawClient.PATIENCE))
                    .isTrue(); // what comes together is one message
            client.send("AUTH " + P + "TOKEN\n");
            client.send("plain\n");
            assertThat(upstream.await(() -> upstream.text().contains("plain"), RawClient.PATIENCE))
                    .isTrue();
            assertThat(upstream.text())
                    .contains("{\"token\":\"a\\\"secret\"}\n", "AUTH a\"secret\n")
                    .doesNotContain(P);
        }
    }

    @Test
    void a_message_that_cannot_be_rewritten_ends_the_connection_and_never_leaves() throws Exception {
        for (String message : List.of(P + "NONE", P + "ELSEWHERE", "openshell%3Aresolve%3Aenv%3ATOKEN")) {
            try (RecordingUpstream upstream = upstream();
                    ProxyFixture proxy = proxy(upstream, ", websocket_credential_rewrite: true");
                    RawClient client = open(proxy)) {
                client.send("AUTH " + message + "\n");
                assertThat(new String(client.readToEnd(), StandardCharsets.US_ASCII))
                        .isEqualTo("no\n");
                assertThat(upstream.text()).doesNotContain("AUTH");
                String events = proxy.jsonEvents().toString();
                assertThat(events)
                        .contains(message.contains("ELSEWHERE") ? "\"credential-binding\"" : "\"credentials\"")
                        .doesNotContain("secret", P);
            }
        }
    }

    @Test
    void a_placeholder_in_a_message_that_did_not_opt_in_never_leaves() throws Exception {
        try (RecordingUpstream upstream = upstream();
                ProxyFixture proxy = proxy(upstream, "");
                RawClient client = open(proxy)) {
            client.send("AUTH " + P + "TOKEN\n");
            assertThat(new String(client.readToEnd(), StandardCharsets.US_ASCII))
                    .isEqualTo("no\n");
            assertThat(upstream.text()).doesNotContain("AUTH");
            assertThat(proxy.events().toString()).contains("placeholder, in message");
        }
    }
}
