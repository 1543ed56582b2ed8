package io.openshell.proxy.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.core.credential.Credential;
import io.openshell.core.credential.CredentialBinding;
import io.openshell.core.credential.Credentials;
import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RecordingUpstream;
import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server says of a credential that is bound to it where no answers are read. */
class GuardedOutputTest {

    private static final String ENDPOINT = "host: api.test, port: 80";
    private static final String REDACT = ENDPOINT + ", credential_echo: redact";
    private static final String LINES = ENDPOINT + ", protocol: lines, enforcement: enforce";
    private static final String SECRET = "sk-live/4eC39HqLyjWDarjtT1zdp7dc";
    private static final String MASK = "*".repeat(SECRET.length());

    /** A server that says one thing after the other, each but the first once the client has said something, and then ends. */
    private static final class Talk implements AutoCloseable {

        private final CountDownLatch ended = new CountDownLatch(1);
        private final RecordingUpstream upstream;
        private final ProxyFixture proxy;
        private final RawClient client;

        Talk(String endpoint, List<String> secrets, String... said) throws IOException {
            upstream = RecordingUpstream.conversing((in, out) -> {
                try {
                    for (String piece : said) {
                        out.write(piece.getBytes(UTF_8));
                        out.flush();
                        in.read();
                    }
                } finally {
                    ended.countDown();
                }
            });
            proxy = ProxyFixture.withEndpoint(endpoint).host("api.test", 80, upstream.address());
            proxy.credentials()
                    .replace(Credentials.of(secrets.stream()
                            .map(secret -> Credential.owning(
                                    "TOKEN" + secrets.indexOf(secret),
                                    secret.getBytes(UTF_8),
                                    List.of(CredentialBinding.parse("api.test:80")),
                                    Optional.empty()))
                            .toList()));
            client = proxy.tunnel("api.test", 80);
        }

        void hears(String expected) throws IOException {
            assertThat(client.read(expected.length())).asString(UTF_8).isEqualTo(expected);
            client.send("\n");
        }

        void hearsAtTheEnd(String expected) throws IOException {
            assertThat(client.readToEnd()).asString(UTF_8).isEqualTo(expected);
        }

        void isCut() throws InterruptedException {
            assertThatThrownBy(() -> client.read(1000)).isInstanceOf(SocketException.class);
            assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
            ProxyFixture.settle();
            assertThat(denials()).hasSize(1);
            assertThat(proxy.events().toString()).doesNotContain(SECRET);
        }

        List<String> denials() {
            return proxy.events().stream()
                    .filter(event -> event.contains("DENIED") && event.contains("upstream sent a credential back"))
                    .toList();
        }

        @Override
        public void close() throws IOException {
            client.close();
            proxy.close();
            upstream.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ENDPOINT, LINES})
    void a_stream_with_a_secret_is_cut_on_both_sides_so_that_the_client_notices(String endpoint) throws Exception {
        try (Talk talk = new Talk(endpoint, List.of(SECRET), "before " + SECRET + " after")) {
            talk.isCut();
        }
    }

    /** A few bytes that could begin a secret have gone when a pause told that the client may be waited for. */
    @Test
    void what_was_not_waited_with_is_not_sent_again() throws IOException {
        try (Talk talk = new Talk(ENDPOINT, List.of(SECRET), "yes, sk-", "ip it, sk-", "s", "!", "end sk")) {
            for (String expected : List.of("yes, sk-", "ip it, sk-", "s", "!", "end sk")) {
                talk.hears(expected);
            }
            talk.hearsAtTheEnd("");
        }
    }

    @Test
    void what_was_not_waited_with_is_not_sent_again_where_the_rest_is_overwritten() throws IOException {
        try (Talk talk = new Talk(REDACT, List.of(SECRET), "yes, sk-", SECRET.substring(3) + "!")) {
            talk.hears("yes, sk-");
            talk.hears(MASK.substring(3) + "!");
            talk.hearsAtTheEnd("");
        }
    }

    @Test
    void a_secret_is_found_though_its_beginning_was_not_waited_with() throws Exception {
        try (Talk talk = new Talk(ENDPOINT, List.of(SECRET), "yes, sk-", SECRET.substring(3) + "!")) {
            talk.hears("yes, sk-");
            talk.isCut();
        }
    }

    /** It could have gone on as the longer one. */
    @Test
    void a_secret_that_another_begins_with_is_found_when_the_stream_ends() throws Exception {
        try (Talk talk = new Talk(ENDPOINT, List.of(SECRET, SECRET + "-longer"), "see " + SECRET)) {
            talk.hears("see ");
            talk.isCut();
        }
    }

    @Test
    void a_secret_that_another_begins_with_is_overwritten_when_the_stream_ends() throws IOException {
        try (Talk talk = new Talk(REDACT, List.of(SECRET, SECRET + "-longer"), "see " + SECRET)) {
            talk.hears("see ");
            talk.hearsAtTheEnd(MASK);
            assertThat(talk.denials()).isEmpty();
            assertThat(talk.proxy.events()).anyMatch(event -> event.contains("action:redacted"));
        }
    }

    /** An inspector may hand on more than one buffer at a time. */
    @Test
    void what_comes_behind_a_secret_is_neither_sent_nor_told_of() throws Exception {
        try (Talk talk = new Talk(LINES, List.of(SECRET), SECRET + "\nmore\n" + SECRET + "\n")) {
            talk.isCut();
        }
    }

    @Test
    void what_follows_a_pause_of_an_inspected_stream_is_searched() throws Exception {
        try (Talk talk = new Talk(LINES, List.of(SECRET), "yes, sk-", "ip it, sk-", SECRET.substring(3))) {
            talk.hears("yes, sk-");
            talk.hears("ip it, sk-");
            talk.isCut();
        }
    }
}
