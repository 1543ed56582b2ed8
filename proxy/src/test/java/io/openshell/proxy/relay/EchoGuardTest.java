package io.openshell.proxy.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.core.credential.Credential;
import io.openshell.core.credential.CredentialBinding;
import io.openshell.core.credential.Credentials;
import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RawResponse;
import io.openshell.testkit.ReceivedRequest;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server sends back of a credential that is bound to it. */
class EchoGuardTest {

    private static final String SECRET = "sk-live/4eC39HqLyjWDarjtT1zdp7dc";
    private static final String MASK = "*".repeat(SECRET.length());
    private static final String GET = "GET /public/a HTTP/1.1\r\nHost: api.test\r\n\r\n";

    private RecordingUpstream upstream;
    private ProxyFixture proxy;
    private volatile Function<ReceivedRequest, Reply> script = request -> Reply.ok("hello");

    @BeforeEach
    void start() throws IOException {
        upstream = RecordingUpstream.plain(request -> script.apply(request));
        proxy = ProxyFixture.withPolicies(policy("")).host("api.test", 80, upstream.address());
        proxy.credentials().replace(credentials(SECRET));
    }

    private static String policy(String echo) {
        return ProxyFixture.onePolicy("host: api.test, port: 80, protocol: prefix, enforcement: enforce,"
                + " allow: [GET /public, HEAD /public]" + (echo.isEmpty() ? "" : ", credential_echo: " + echo));
    }

    private static Credentials credentials(String secret) {
        return credentials(secret, "api.test:80");
    }

    private static Credentials credentials(String secret, String bound) {
        return Credentials.of(List.of(Credential.owning(
                "TOKEN", secret.getBytes(UTF_8), List.of(CredentialBinding.parse(bound)), Optional.empty())));
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        upstream.close();
    }

    private static Reply answer(String type, String fields, String body) {
        return Reply.raw("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n" + fields + "Content-Length: "
                + body.length() + "\r\n\r\n" + body);
    }

    private RawResponse get() throws IOException {
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send(GET);
            return client.readResponse();
        }
    }

    private void assertTold(String... facts) {
        assertThat(proxy.events())
                .anySatisfy(event -> assertThat(event.toString())
                        .contains("credential in a response")
                        .contains(facts));
        assertThat(proxy.events().toString()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/json; charset=utf-8",
                "text/event-stream",
                "application/problem+json",
                "image/svg+xml",
                "Application/JSON ; charset=utf-8"
            })
    void text_is_redacted_and_keeps_its_length(String type) throws IOException {
        script = request -> answer(type, "", "a " + SECRET + " b");
        assertThat(get().text()).isEqualTo("a " + MASK + " b");
        assertTold("TOKEN", "body", "raw", "redacted");
    }

    @Test
    void every_form_is_found() throws IOException {
        String basic = Base64.getEncoder().encodeToString(("user:" + SECRET).getBytes(UTF_8));
        script = request ->
                answer("text/plain", "", SECRET.replace("/", "\\/") + "|" + SECRET.replace("/", "%2F") + "|" + basic);
        String text = get().text();
        assertThat(text).startsWith("*".repeat(33) + "|" + "*".repeat(34) + "|");
        assertThat(text.substring(69)).hasSameSizeAs(basic).contains("*".repeat(40));
        assertTold("backslash");
        assertTold("percent");
        assertTold("base64");
    }

    @Test
    void a_secret_that_is_split_over_chunks_is_found() throws IOException {
        for (int at = 1; at < SECRET.length(); at++) {
            String first = "x" + SECRET.substring(0, at);
            String second = SECRET.substring(at) + "y";
            script = request -> chunks(first, second);
            assertThat(get().text()).isEqualTo("x" + MASK + "y");
        }
    }

    private static Reply chunks(String... chunks) {
        StringBuilder answer =
                new StringBuilder("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (String chunk : chunks) {
            answer.append(Integer.toHexString(chunk.length()))
                    .append("\r\n")
                    .append(chunk)
                    .append("\r\n");
        }
        return Reply.raw(answer + "0\r\n\r\n");
    }

    /** Of what was held back a part goes on, and the rest may still begin the secret. */
    @Test
    void what_repeats_the_beginning_of_a_secret_passes_once() throws IOException {
        proxy.credentials().replace(credentials("aaaaaaab"));
        script = request -> chunks("aaaaaaa", "a", "ac");
        assertThat(get().text()).isEqualTo("aaaaaaaaac");
    }

    @Test
    void header_fields_and_the_reason_are_redacted() throws IOException {
        script = request -> Reply.raw("HTTP/1.1 302 Go " + SECRET + "\r\nLocation: /?k=" + SECRET.replace("/", "%2f")
                + "\r\nContent-Length: 0\r\n\r\n");
        RawResponse response = get();
        assertThat(response.status()).isEqualTo(302);
        assertThat(response.head()).doesNotContain("4eC39").contains("Go " + MASK);
        assertThat(response.header("location")).contains("/?k=" + "*".repeat(34));
        assertTold("head", "percent");
    }

    @Test
    void a_head_that_is_refused_is_told_of_as_graver() throws IOException {
        proxy.usePolicies(policy("block"));
        script = request -> answer("text/plain", "X-Echo: " + SECRET + "\r\n", "ok");
        assertThat(get().status()).isEqualTo(502);
        assertThat(findings())
                .singleElement()
                .asString()
                .contains("[HIGH]")
                .contains("place:head form:raw action:blocked");
    }

    @Test
    void a_field_name_that_is_a_secret_is_blocked() throws IOException {
        proxy.credentials().replace(credentials("tokenlikename1"));
        script = request -> answer("text/plain", "tokenlikename1: x\r\n", "ok");
        assertThat(get().status()).isEqualTo(502);
    }

    @ParameterizedTest
    @CsvSource({"'', application/octet-stream", "block, text/plain"})
    void what_is_not_redacted_is_answered_with_502(String echo, String type) throws IOException {
        proxy.usePolicies(policy(echo));
        script = request -> answer(type, "", "a " + SECRET);
        RawResponse response = get();
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.text()).contains("\"credential_echo\"").doesNotContain("4eC39");
        assertTold("TOKEN", "blocked");
    }

    @Test
    void a_blocked_response_that_has_begun_is_cut_so_that_the_client_notices() throws IOException {
        proxy.usePolicies(policy("block"));
        script = request -> answer("text/plain", "", "a".repeat(1 << 20) + SECRET);
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send(GET);
            assertThatThrownBy(client::readResponse).isInstanceOf(IOException.class);
        }
    }

    @Test
    void redact_holds_for_binary_too_and_allow_for_nothing() throws IOException {
        script = request -> answer("application/octet-stream", "", "a" + SECRET);
        proxy.usePolicies(policy("redact"));
        assertThat(get().text()).isEqualTo("a" + MASK);
        proxy.usePolicies(policy("allow"));
        assertThat(get().text()).isEqualTo("a" + SECRET);
    }

    @Test
    void an_answer_that_cannot_be_read_is_blocked_and_none_is_asked_for() throws IOException {
        script = request -> answer("text/plain", "Content-Encoding: gzip\r\n", "....");
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send("GET /public/a HTTP/1.1\r\nHost: api.test\r\nAccept-Encoding: gzip\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(502);
        }
        assertThat(upstream.requests().getLast().headers("accept-encoding")).containsExactly("identity");
    }

    @Test
    void an_answer_that_says_that_it_is_not_encoded_passes() throws IOException {
        script = request -> answer("text/plain", "Content-Encoding: Identity\r\n", "a " + SECRET);
        assertThat(get().text()).isEqualTo("a " + MASK);
    }

    /** It could have gone on as the longer one. */
    @ParameterizedTest
    @CsvSource({"block, 502", "redact, 200"})
    void a_secret_that_another_begins_with_is_found_at_the_end(String echo, int status) throws IOException {
        proxy.usePolicies(policy(echo));
        proxy.credentials().replace(credentials(SECRET + "-longer"));
        script = request -> answer("text/plain", "", SECRET);
        RawResponse response = get();
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.text()).doesNotContain("4eC39");
        assertThat(findings()).hasSize(1);
    }

    @Test
    void an_event_says_what_was_found_and_where() throws IOException {
        script = request -> answer("text/plain", "", SECRET);
        get();
        String finding = proxy.jsonEvents().stream()
                .filter(event -> event.contains("credential in a response"))
                .findFirst()
                .orElseThrow();
        assertThat(finding)
                .contains("\"credential\":\"TOKEN\",\"place\":\"body\",\"form\":\"raw\",\"action\":\"redacted\"")
                .contains("\"destination\":\"api.test:80\",\"binary\":\"" + ProxyFixture.BINARY + "\"")
                .contains("\"rule\":\"network_policies.test.endpoints[0]\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain; charset=UTF-16",
                "application/json;charset=\"utf-32le\"",
                "text/html; a=b; charset=utf-7"
            })
    void a_charset_in_which_a_secret_looks_otherwise_is_blocked(String type) throws IOException {
        script = request -> answer(type, "", "s\0k\0-\0");
        RawResponse response = get();
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.text()).contains("charset: one that hides credentials");
    }

    @ParameterizedTest
    @CsvSource({"204, ''", "304, 'ETag: x'"})
    void an_answer_without_a_body_keeps_the_connection(int status, String field) throws IOException {
        script = request -> Reply.raw("HTTP/1.1 " + status + " None\r\nX-Echo: " + SECRET + "\r\n"
                + (field.isEmpty() ? "" : field + "\r\n") + "\r\n");
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            for (int i = 0; i < 2; i++) {
                client.send(GET);
                RawResponse response = client.readResponse();
                assertThat(response.status()).isEqualTo(status);
                assertThat(response.header("x-echo")).contains(MASK);
            }
        }
    }

    @Test
    void an_interim_answer_is_searched_too() throws IOException {
        script = request -> Reply.raw("HTTP/1.1 103 Early Hints\r\nLink: <" + SECRET + ">\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send(GET);
            assertThat(client.readHead()).contains("<" + MASK + ">");
            assertThat(client.readResponse().text()).isEqualTo("ok");
        }
        proxy.usePolicies(policy("block"));
        assertThat(get().status()).isEqualTo(502);
    }

    @Test
    void chunk_extensions_and_trailers_do_not_reach_the_client() throws IOException {
        script =
                request -> Reply.raw("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "2;x=" + SECRET + "\r\nok\r\n0\r\nX-Trailer: " + SECRET + "\r\n\r\n")
                        .thenClose();
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send("GET /public/a HTTP/1.1\r\nHost: api.test\r\nConnection: close\r\n\r\n");
            assertThat(client.readToEnd()).asString(UTF_8).contains("ok").doesNotContain("4eC39");
        }
    }

    @Test
    void a_part_of_a_document_is_redacted_at_its_place() throws IOException {
        script = request -> Reply.raw("HTTP/1.1 206 Partial Content\r\nContent-Type: text/plain\r\n"
                + "Content-Range: bytes 100-133/1000\r\nContent-Length: 34\r\n\r\n<" + SECRET + ">");
        RawResponse response = get();
        assertThat(response.status()).isEqualTo(206);
        assertThat(response.text()).isEqualTo("<" + MASK + ">");
    }

    /** What is sent waits for what follows only as far as it could be a secret. */
    @Test
    void an_event_does_not_wait_for_the_next() throws IOException {
        try (RecordingUpstream talking = RecordingUpstream.conversing((in, out) -> {
                    readHead(in);
                    out.write(
                            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n".getBytes(UTF_8));
                    out.flush();
                    in.read(); // until the client has seen it
                });
                ProxyFixture events =
                        ProxyFixture.withPolicies(policy("block")).host("api.test", 80, talking.address())) {
            events.credentials().replace(credentials(SECRET));
            try (RawClient client = events.tunnel("api.test", 80)) {
                client.send(GET);
                assertThat(client.readHead()).contains("200");
                assertThat(client.read(11)).asString(UTF_8).isEqualTo("data: one\n\n");
            }
        }
    }

    private static void readHead(InputStream in) throws IOException {
        int ends = 0;
        while (ends < 4) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("request head");
            }
            ends = octet == '\r' || octet == '\n' ? ends + 1 : 0;
        }
    }

    @Test
    void a_credential_that_is_too_short_is_told_of_once() throws IOException {
        proxy.credentials().replace(credentials("1234567"));
        script = request -> Reply.ok("1234567");
        assertThat(get().text()).isEqualTo("1234567");
        assertThat(get().text()).isEqualTo("1234567");
        assertThat(proxy.events().stream().filter(event -> event.toString().contains("too short")))
                .hasSize(1);
    }

    /** More destinations than what is looked for is kept for. */
    @Test
    void every_destination_of_many_is_guarded() throws IOException {
        proxy.credentials()
                .replace(Credentials.of(List.of(Credential.owning(
                        "TOKEN",
                        SECRET.getBytes(UTF_8),
                        List.of(CredentialBinding.parse("*.many.test:80")),
                        Optional.empty()))));
        script = request -> answer("text/plain", "", SECRET);
        proxy.usePolicies(policy("").replace("host: api.test", "host: \"*.many.test\""));
        for (int i = 0; i < 2 * RelayLimits.GUARDED_DESTINATIONS; i++) {
            String host = "h" + i % (RelayLimits.GUARDED_DESTINATIONS + 6) + ".many.test";
            proxy.host(host, 80, upstream.address());
            try (RawClient client = proxy.tunnel(host, 80)) {
                client.send("GET /public/a HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
                assertThat(client.readResponse().text()).isEqualTo(MASK);
            }
        }
    }

    @Test
    void an_answer_to_head_may_be_encoded_and_its_fields_are_read() throws IOException {
        script = request -> Reply.raw(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nX-Echo: " + SECRET + "\r\nContent-Length: 9\r\n\r\n");
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send("HEAD /public/a HTTP/1.1\r\nHost: api.test\r\nConnection: close\r\n\r\n");
            assertThat(client.readToEnd()).asString(UTF_8).contains("X-Echo: " + MASK);
        }
    }

    @Test
    void a_malformed_answer_shows_nothing_of_what_came() throws IOException {
        script = request ->
                Reply.raw("HTTP/1.1 200 OK\r\n" + SECRET + " : x\r\n\r\n").thenClose();
        RawResponse response = get();
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.text()).doesNotContain("4eC39");
        assertThat(proxy.events().toString()).doesNotContain("4eC39");
    }

    @Test
    void a_secret_of_an_older_revision_is_still_looked_for() throws IOException {
        proxy.credentials().replace(credentials("another-secret-value"));
        script = request -> Reply.ok(SECRET + " another-secret-value");
        assertThat(get().text()).isEqualTo(MASK + " ********************");
    }

    @Test
    void without_credentials_for_the_destination_nothing_changes() throws IOException {
        proxy.credentials().close();
        script = request -> answer("text/plain", "Content-Encoding: gzip\r\n", SECRET);
        assertThat(get().text()).isEqualTo(SECRET);
    }

    /** After an upgrade that nobody reads: what came before the secret passes, the secret does not. */
    private String upgraded(String echo, String sent) throws IOException {
        script = request -> Reply.raw(
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: lines\r\n\r\n" + sent)
                .thenClose();
        proxy.usePolicies(ProxyFixture.onePolicy("host: api.test, port: 80" + echo));
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send("GET /public/a HTTP/1.1\r\nHost: api.test\r\nConnection: Upgrade\r\nUpgrade: lines\r\n\r\n");
            return new String(client.readToEnd(), UTF_8);
        }
    }

    @Test
    void an_upgraded_connection_that_carries_a_secret_is_cut() throws IOException {
        assertThat(upgraded("", "before " + SECRET + " after"))
                .doesNotContain("4eC39")
                .doesNotContain("after");
        assertTold("stream", "blocked");
    }

    @Test
    void an_upgraded_connection_is_redacted_if_the_policy_says_so() throws IOException {
        assertThat(upgraded(", credential_echo: redact", "before " + SECRET + " after"))
                .endsWith("before " + MASK + " after");
    }

    /** The other side may wait for an answer to a message whose last bytes could begin a secret. */
    @Test
    void a_message_that_ends_like_a_secret_begins_is_not_waited_with() throws IOException {
        script = request ->
                Reply.raw("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: lines\r\n\r\nyes, sk-");
        proxy.usePolicies(ProxyFixture.onePolicy("host: api.test, port: 80"));
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send("GET /public/a HTTP/1.1\r\nHost: api.test\r\nConnection: Upgrade\r\nUpgrade: lines\r\n\r\n");
            assertThat(client.readHead()).contains("101");
            assertThat(client.read(8)).asString(UTF_8).isEqualTo("yes, sk-");
        }
    }

    @Test
    void an_upgrade_with_an_extension_that_nobody_offered_is_refused() throws IOException {
        String extension = "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
        String upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n" + extension;
        script = request -> Reply.raw("HTTP/1.1 101 Switching Protocols\r\n" + upgrade);
        proxy.usePolicies(ProxyFixture.onePolicy("host: api.test, port: 80"));
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send("GET /public/a HTTP/1.1\r\nHost: api.test\r\n" + upgrade);
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.text()).contains("WebSocket extension");
        }
        assertThat(upstream.requests().getLast().headers("sec-websocket-extensions"))
                .isEmpty();
    }

    @Test
    void an_upgraded_connection_without_a_secret_passes_whole() throws IOException {
        assertThat(upgraded("", "before " + SECRET.substring(0, 9))).endsWith("before " + SECRET.substring(0, 9));
    }

    @ParameterizedTest
    @CsvSource({"'', api.test:80, identity", "allow, api.test:80, gzip", "'', other.test:80, gzip"})
    void what_can_be_read_is_asked_for_only_where_something_is_looked_for(String echo, String bound, String asked)
            throws IOException {
        proxy.usePolicies(policy(echo));
        proxy.credentials().close();
        proxy.credentials().replace(credentials(SECRET, bound));
        try (RawClient client = proxy.tunnel("api.test", 80)) {
            client.send("GET /public/a HTTP/1.1\r\nHost: api.test\r\nAccept-Encoding: gzip\r\n\r\n");
            client.readResponse();
        }
        assertThat(upstream.requests().getLast().headers("accept-encoding")).containsExactly(asked);
    }

    @Test
    void a_credential_that_comes_later_is_looked_for_from_then_on() throws IOException {
        script = request -> Reply.ok(SECRET + " another-secret-value");
        proxy.credentials().replace(credentials(SECRET, "other.test:80"));
        proxy.credentials().close();
        assertThat(get().text()).isEqualTo(SECRET + " another-secret-value");
        proxy.credentials().replace(credentials(SECRET, "other.test:80"));
        assertThat(get().text()).isEqualTo(SECRET + " another-secret-value");
        proxy.credentials().replace(credentials(SECRET));
        assertThat(get().text()).isEqualTo(MASK + " another-secret-value");
        proxy.credentials().replace(credentials("another-secret-value"));
        assertThat(get().text()).isEqualTo(MASK + " ********************");
    }

    /** One event for each credential, place and form of an answer: not one for each time it stands there. */
    @Test
    void what_is_found_often_is_told_once_and_as_graver_if_it_was_not_overwritten() throws IOException {
        script = request -> answer("text/plain", "", (SECRET + "\n").repeat(2000));
        get();
        assertThat(findings()).singleElement().asString().contains("[MED]");
        proxy.usePolicies(policy("block"));
        get();
        assertThat(findings()).hasSize(2).last().asString().contains("[HIGH]");
    }

    @Test
    void each_credential_is_told_of_in_each_place() throws IOException {
        proxy.credentials()
                .replace(Credentials.of(List.of(
                        Credential.owning(
                                "TOKEN",
                                SECRET.getBytes(UTF_8),
                                List.of(CredentialBinding.parse("api.test:80")),
                                Optional.empty()),
                        Credential.owning(
                                "OTHER",
                                "another-secret-value".getBytes(UTF_8),
                                List.of(CredentialBinding.parse("api.test:80")),
                                Optional.empty()))));
        script = request -> answer("text/plain", "X-Echo: " + SECRET + "\r\n", SECRET + " another-secret-value");
        get();
        assertThat(findings())
                .hasSize(3)
                .anyMatch(event -> event.contains("TOKEN place:head"))
                .anyMatch(event -> event.contains("TOKEN place:body"))
                .anyMatch(event -> event.contains("OTHER place:body"));
    }

    private List<String> findings() {
        return proxy.events().stream()
                .filter(event -> event.contains("credential in a response"))
                .toList();
    }
}
