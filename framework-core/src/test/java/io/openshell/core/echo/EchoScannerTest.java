package io.openshell.core.echo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EchoScannerTest {

    private static final String SECRET = "sk-live/4eC39HqLyjWDarjtT1zdp7dc";
    private static final Map<String, String> TOKEN = Map.of("TOKEN", SECRET);

    @Test
    void text_without_a_beginning_of_a_secret_is_never_held_back() {
        EchoScanner scanner = new EchoScanner(Scan.patterns(TOKEN), new EchoWorkspace());
        for (String event : List.of("data: hello\n\n", "data: {\"a\":1}\n\n", "x", "\n")) {
            assertThat(Scan.feed(scanner, event, false)).isEqualTo(event);
        }
    }

    @Test
    void only_the_beginning_of_a_secret_is_held_back_and_let_go_when_it_goes_on_otherwise() {
        EchoScanner scanner = new EchoScanner(Scan.patterns(TOKEN), new EchoWorkspace());
        assertThat(Scan.feed(scanner, "data: sk-li", false)).isEqualTo("data: ");
        assertThat(scanner.held()).isEqualTo(5);
        assertThat(Scan.feed(scanner, "st\n", false)).isEqualTo("sk-list\n");
        assertThat(scanner.found()).isEmpty();
    }

    @Test
    void half_an_escape_is_held_back_and_let_go_at_the_end() {
        EchoScanner scanner = new EchoScanner(Scan.patterns(TOKEN), new EchoWorkspace());
        assertThat(Scan.feed(scanner, "100%", false)).isEqualTo("100");
        assertThat(Scan.feed(scanner, "", true)).isEqualTo("%");
    }

    @Test
    void a_mask_is_as_long_as_what_it_replaces() {
        assertThat(Scan.of(TOKEN, List.of("{\"k\":\"sk-live\\/4eC39HqLyjWDarjtT1zdp7dc\"}")))
                .isEqualTo(new Scan("{\"k\":\"" + "*".repeat(33) + "\"}", Set.of("TOKEN raw+backslash")));
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
    void patterns_that_are_closed_hold_nothing_any_more() {
        EchoPatterns patterns = Scan.patterns(TOKEN);
        patterns.close();
        EchoScanner scanner = new EchoScanner(patterns, new EchoWorkspace());
        Scan.feed(scanner, SECRET, true);
        assertThat(scanner.found()).isEmpty();
        assertThat(patterns.pattern(0).bytes()).containsOnly(0);
    }

    @Test
    void nothing_prints_a_secret() {
        EchoPatterns patterns = Scan.patterns(TOKEN);
        assertThat(patterns.toString()).matches("EchoPatterns\\[[0-9]+ redacted]");
        assertThat(patterns.pattern(0).toString()).isEqualTo("EchoPattern[TOKEN, RAW]");
    }
}
