package io.openshell.core.echo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EchoScannerPropertiesTest {

    /** An encoding as a server might apply it, and the name that the scanner has for it. */
    record Encoding(String form, Writer writer) {

        interface Writer {
            String write(String before, String secret, String after);
        }

        @Override
        public String toString() {
            return form;
        }
    }

    private static final List<Encoding> ENCODINGS = List.of(
            new Encoding("raw", (before, secret, after) -> before + secret + after),
            new Encoding("raw+percent", (before, secret, after) -> before + each(secret, "%%%02x") + after),
            new Encoding("raw+percent", (before, secret, after) -> before + each(secret, "%%%02X") + after),
            new Encoding(
                    "raw+percent",
                    (before, secret, after) -> before
                            + secret.substring(0, 1).replace("%", "%25")
                            + each(secret.substring(1, 3), "%%%02X")
                            + secret.substring(3).replace("%", "%25")
                            + after),
            new Encoding("raw+backslash", (before, secret, after) -> before + each(secret, "\\u%04x") + after),
            new Encoding("raw+backslash", (before, secret, after) -> before + each(secret, "\\x%02X") + after),
            new Encoding("raw+entity", (before, secret, after) -> before + each(secret, "&#x%x;") + after),
            new Encoding("raw+entity", (before, secret, after) -> before + each(secret, "&#%d;") + after),
            new Encoding("hex", (before, secret, after) -> before + hex(secret) + after),
            new Encoding("hex", (before, secret, after) -> before + hex(secret).toUpperCase(Locale.ROOT) + after),
            new Encoding(
                    "base64",
                    (before, secret, after) ->
                            Base64.getEncoder().encodeToString((before + secret + after).getBytes(ISO_8859_1))),
            new Encoding(
                    "base64",
                    (before, secret, after) -> Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString((before + secret + after).getBytes(ISO_8859_1))));

    private static String each(String text, String format) {
        return text.chars().mapToObj(c -> format.formatted(c)).collect(Collectors.joining());
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(ISO_8859_1));
    }

    @Provide
    Arbitrary<String> tokens() {
        return Arbitraries.strings()
                .withCharRange('!', '~')
                .ofMinLength(EchoPatterns.SHORTEST_SECRET)
                .ofMaxLength(90);
    }

    @Provide
    Arbitrary<String> contexts() {
        return Arbitraries.strings()
                .withCharRange(' ', '~')
                .excludeChars('%', '\\', '&')
                .ofMaxLength(40);
    }

    @Provide
    Arbitrary<Encoding> encodings() {
        return Arbitraries.of(ENCODINGS);
    }

    @Property
    void finds_a_secret_in_any_form_and_context_and_split_anywhere(
            @ForAll("tokens") String secret,
            @ForAll("contexts") String before,
            @ForAll("contexts") String after,
            @ForAll("encodings") Encoding encoding) {
        String wire = encoding.writer().write(before, secret, after);
        Scan whole = Scan.of(Map.of("KEY", secret), List.of(wire));
        assertThat(whole.found()).anyMatch(it -> it.startsWith("KEY " + encoding.form()));
        assertThat(whole.out()).isNotEqualTo(wire).hasSameSizeAs(wire);
        for (int i = 1; i < wire.length(); i++) {
            Scan split = Scan.of(Map.of("KEY", secret), List.of(wire.substring(0, i), wire.substring(i)));
            assertThat(split).isEqualTo(whole);
        }
    }

    /** Few characters, so that near misses, overlaps and broken escapes abound. */
    @Provide
    Arbitrary<List<String>> texts() {
        return Arbitraries.of(
                        "a",
                        "b",
                        "ab",
                        "aabb",
                        "abababab",
                        "%",
                        "%6",
                        "%61",
                        "%62",
                        "1",
                        "\\",
                        "\\u0061",
                        "\\u00",
                        "62",
                        "\\x62",
                        "\\/",
                        "/",
                        "&",
                        "&#97;",
                        "&#x62;",
                        "&amp;",
                        "amp;",
                        ";",
                        "u0061",
                        "YWJh",
                        "YmFi",
                        "+",
                        " ",
                        "%2f",
                        "%25",
                        "\\\\",
                        "\\u00e9",
                        "\u00c3",
                        "\u00a9",
                        "&#233;",
                        "6162",
                        "WFi",
                        "JhY")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts))
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    @Provide
    Arbitrary<Map<String, String>> secrets() {
        Arbitrary<String> one = Arbitraries.of(
                        "a", "b", "ab", "aa", "%", "\\", "/", "&", " ", "+", "\u00c3\u00a9", "u0061")
                .list()
                .ofMinSize(2)
                .ofMaxSize(14)
                .map(parts -> String.join("", parts))
                .map(text -> text.length() < EchoPatterns.SHORTEST_SECRET ? text + "abababab" : text);
        return Combinators.combine(one, one).as((first, second) -> new TreeMap<>(Map.of("A", first, "B", second)));
    }

    @Property(tries = 4_000)
    void agrees_with_the_plain_search(
            @ForAll("secrets") Map<String, String> secrets, @ForAll("texts") List<String> pieces) {
        NaiveEcho expected = new NaiveEcho(String.join("", pieces), secrets);
        Scan scan = Scan.of(secrets, pieces);
        assertThat(scan.out()).isEqualTo(expected.masked());
        assertThat(scan.found()).isEqualTo(expected.found());
    }
}
