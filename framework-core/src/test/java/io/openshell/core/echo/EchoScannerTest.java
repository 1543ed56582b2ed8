package io.openshell.core.echo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.credential.Credential;
import io.openshell.core.credential.CredentialBinding;
import io.openshell.core.credential.CredentialStore;
import io.openshell.core.credential.Credentials;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EchoScannerTest {

    private static final String SECRET = "sk-live/4eC39HqLyjWDarjtT1zdp7dc";
    private static final Map<String, String> TOKEN = Map.of("TOKEN", SECRET);

    @Test
    void text_without_a_beginning_of_a_secret_is_never_held_back() {
        EchoScanner scanner = Scan.scanner(TOKEN);
        for (String event : List.of("data: hello\n\n", "data: {\"a\":1}\n\n", "x", "\n")) {
            assertThat(Scan.feed(scanner, event, false)).isEqualTo(event);
        }
    }

    @Test
    void only_the_beginning_of_a_secret_is_held_back_and_let_go_when_it_goes_on_otherwise() {
        EchoScanner scanner = Scan.scanner(TOKEN);
        assertThat(Scan.feed(scanner, "data: sk-li", false)).isEqualTo("data: ");
        assertThat(scanner.held()).isEqualTo(5);
        assertThat(Scan.feed(scanner, "st\n", false)).isEqualTo("sk-list\n");
        assertThat(scanner.takeFound()).isEmpty();
    }

    @Test
    void half_an_escape_is_held_back_and_let_go_at_the_end() {
        EchoScanner scanner = Scan.scanner(TOKEN);
        assertThat(Scan.feed(scanner, "100%", false)).isEqualTo("100");
        assertThat(Scan.feed(scanner, "", true)).isEqualTo("%");
    }

    /** In a conversation the rest of a message may wait for an answer to it. */
    @Test
    void few_bytes_may_be_let_go_and_the_rest_of_a_secret_is_found_all_the_same() {
        EchoScanner scanner = Scan.scanner(TOKEN);
        assertThat(Scan.feed(scanner, "yes", false)).isEqualTo("ye");
        assertThat(scanner.letGo()).asString(UTF_8).isEqualTo("s");
        assertThat(scanner.letGo()).isEmpty();
        assertThat(Scan.feed(scanner, "k-live", false)).isEmpty();
        assertThat(scanner.letGo()).isEmpty();
        assertThat(Scan.feed(scanner, SECRET.substring(7) + "!", false)).isEqualTo("*".repeat(31) + "!");
        assertThat(scanner.takeFound()).containsExactly(new EchoMatch("TOKEN", "raw"));
    }

    @Test
    void what_was_let_go_is_not_said_again() {
        EchoScanner scanner = Scan.scanner(TOKEN);
        assertThat(Scan.feed(scanner, "a sk", false)).isEqualTo("a ");
        assertThat(scanner.letGo()).asString(UTF_8).isEqualTo("sk");
        assertThat(Scan.feed(scanner, "-", false)).isEmpty();
        assertThat(Scan.feed(scanner, "sk", false)).isEqualTo("-");
        assertThat(Scan.feed(scanner, "", true)).isEqualTo("sk");
        assertThat(scanner.takeFound()).isEmpty();
    }

    @Test
    void four_bytes_of_a_secret_are_never_let_go() {
        EchoScanner scanner = Scan.scanner(TOKEN);
        assertThat(Scan.feed(scanner, "sk-l", false)).isEmpty();
        assertThat(scanner.letGo()).isEmpty();
        assertThat(Scan.feed(scanner, "", true)).isEqualTo("sk-l");
    }

    @Test
    void a_mask_is_as_long_as_what_it_replaces() {
        assertThat(Scan.of(TOKEN, List.of("{\"k\":\"sk-live\\/4eC39HqLyjWDarjtT1zdp7dc\"}")))
                .isEqualTo(new Scan("{\"k\":\"" + "*".repeat(33) + "\"}", Set.of("TOKEN raw+backslash")));
    }

    /** The first secret, with its u escaped for URLs, holds the text back from within what is one escape to JSON. */
    @Test
    void text_that_is_held_back_from_within_an_escape_is_read_on_from_the_escapes_end() {
        Map<String, String> secrets = Map.of("A", "\\uABCDEFG", "B", "%75zz/zz1");
        assertThat(Scan.of(secrets, List.of("\\\\%75", "zz\\/zz1")))
                .isEqualTo(new Scan("\\\\" + "*".repeat(10), Set.of("B raw+backslash")));
    }

    @Test
    void basic_credentials_are_found_behind_any_user() {
        for (String user : List.of("", "u", "us", "use", "user")) {
            String basic = Base64.getEncoder().encodeToString((user + ":" + SECRET).getBytes(UTF_8));
            assertThat(Scan.of(TOKEN, List.of("Basic " + basic)).found()).containsExactly("TOKEN base64");
        }
    }

    @Test
    void a_secret_that_is_too_short_is_not_looked_for() {
        EchoPatterns patterns =
                EchoPatterns.builder().add("PIN", "1234567".getBytes(UTF_8)).build();
        assertThat(patterns.isEmpty()).isTrue();
        assertThat(Scan.of(Map.of("PIN", "1234567"), List.of("1234567")).out()).isEqualTo("1234567");
    }

    @Test
    void every_secret_of_many_is_found() {
        Map<String, String> many = new TreeMap<>();
        for (int i = 0; i < 32; i++) {
            many.put("KEY_" + i, "secret-number-" + i * 7919 + "-" + "x".repeat(i * 50));
        }
        many.forEach((key, secret) ->
                assertThat(Scan.of(many, List.of("<<" + secret + ">>")).found()).contains(key + " raw"));
    }

    @Test
    void closed_patterns_are_wiped_when_the_last_scanner_is_closed() {
        EchoPatterns patterns = Scan.patterns(TOKEN);
        try (EchoScanner scanner =
                EchoScanner.open(patterns, new EchoWorkspace()).orElseThrow()) {
            patterns.close();
            Scan.feed(scanner, SECRET, true);
            assertThat(scanner.takeFound()).hasSize(1);
        }
        EchoPattern wiped = patterns.pattern(0);
        for (int i = 0; i < wiped.length(); i++) {
            assertThat(wiped.at(i)).isZero();
        }
        assertThat(EchoScanner.open(patterns, new EchoWorkspace())).isEmpty();
    }

    @Test
    void what_is_held_back_is_forgotten_with_the_stream() {
        EchoScanner scanner = Scan.scanner(TOKEN);
        Scan.feed(scanner, SECRET.substring(0, 9), false);
        scanner.close();
        scanner.close();
        assertThat(scanner.held()).isZero();
    }

    @Test
    void all_that_is_bound_to_a_destination_is_looked_for_in_every_revision() {
        CredentialStore store = CredentialStore.of(Credentials.of(List.of(credential("OLD", "old-secret-value"))));
        store.replace(Credentials.of(List.of(credential("NEW", "new-secret-value"), credential("PIN", "12345"))));
        EchoPatterns patterns = EchoPatterns.of(store.boundTo("api.example.com", 443));
        EchoScanner scanner = EchoScanner.open(patterns, new EchoWorkspace()).orElseThrow();
        Scan.feed(scanner, "old-secret-value new-secret-value 12345", true);
        assertThat(scanner.takeFound())
                .containsExactlyInAnyOrder(new EchoMatch("OLD", "raw"), new EchoMatch("NEW", "raw"));
        assertThat(EchoPatterns.tooShort(store.newest())).containsExactly("PIN");
        assertThat(EchoPatterns.of(store.boundTo("other.example.com", 443)).isEmpty())
                .isTrue();
    }

    private static Credential credential(String key, String value) {
        return Credential.owning(
                key, value.getBytes(UTF_8), List.of(CredentialBinding.parse("api.example.com")), Optional.empty());
    }

    @Test
    void nothing_prints_a_secret() {
        EchoPatterns patterns = Scan.patterns(TOKEN);
        assertThat(patterns.toString()).matches("EchoPatterns\\[[0-9]+ redacted]");
        assertThat(patterns.pattern(0).toString()).isEqualTo("EchoPattern[TOKEN, RAW]");
    }
}
