package io.openshell.core.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.credential.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * For any text with any placeholder, in any encoding and place: either it is refused, or what is sent is the text with
 * exactly the right secrets, by a reference that knows how the text was made, and never has a marker.
 */
class RewritingPropertyTest {

    private static final String[] KEYS = {"A", "A_B", "A_B_C", "KEY2"};
    private static final String[] VALUES = {"one", "t\"wo\\", "thr ee&=+%", "f\u00f6ur"};

    private final RequestCredentials request;

    RewritingPropertyTest() {
        List<Credential> all = new ArrayList<>();
        for (int i = 0; i < KEYS.length; i++) {
            all.add(Credential.owning(
                    KEYS[i],
                    VALUES[i].getBytes(StandardCharsets.UTF_8),
                    List.of(CredentialBinding.parse("a.example.com")),
                    Optional.empty()));
        }
        request = CredentialStore.of(Credentials.of(all))
                .boundTo("a.example.com", 443)
                .forRequest("/", true);
    }

    /** A piece of a text: what it says on the wire and what must be read there afterwards; no such reading if refused. */
    private record Piece(String written, String meant, boolean known) {}

    @Property(tries = 3000)
    void a_query_value_is_refused_or_decodes_to_exactly_what_was_meant(@ForAll Random random) {
        List<Piece> pieces = pieces(random);
        String raw = "a=" + random(random, pieces, RewritingPropertyTest::percent);
        String meant = joined(pieces);
        Rewriting rewriting = request.query(raw);
        if (rewriting instanceof Rewriting.Changed changed) {
            String sent = text(changed);
            assertThat(sent).startsWith("a=");
            assertThat(URLDecoder.decode(sent.substring(2).replace("+", "%2B"), StandardCharsets.UTF_8))
                    .isEqualTo(meant);
        }
        check(rewriting, pieces);
    }

    @Property(tries = 3000)
    void a_json_string_is_refused_or_reads_exactly_as_was_meant(@ForAll Random random) {
        List<Piece> pieces = pieces(random);
        String raw = "{\"x\":[\"" + random(random, pieces, RewritingPropertyTest::json) + "\"]}";
        Rewriting rewriting = request.body("application/json", "", raw.getBytes(StandardCharsets.UTF_8));
        if (rewriting instanceof Rewriting.Changed changed) {
            String sent = text(changed);
            int end = sent.length() - "\"]}".length();
            assertThat(Decoded.json(sent, "{\"x\":[\"".length(), end).text()).isEqualTo(joined(pieces));
        }
        check(rewriting, pieces);
    }

    @Property(tries = 3000)
    void a_text_is_refused_or_sent_exactly_as_was_meant(@ForAll Random random) {
        List<Piece> pieces = pieces(random);
        String raw = "text " + random(random, pieces, (source, text) -> text);
        Rewriting rewriting = request.body("text/plain", "", raw.getBytes(StandardCharsets.UTF_8));
        if (rewriting instanceof Rewriting.Changed changed) {
            assertThat(text(changed)).isEqualTo("text " + joined(pieces));
        }
        check(rewriting, pieces);
    }

    /** Whatever a header holds: nothing with a marker is unchanged, and nothing that is sent has one. */
    @Property(tries = 3000)
    void no_place_lets_a_marker_through(@ForAll Random random, @ForAll @IntRange(max = 5) int place) {
        String text = random(
                random,
                pieces(random),
                switch (random.nextInt(3)) {
                    case 0 -> RewritingPropertyTest::percent;
                    case 1 -> RewritingPropertyTest::json;
                    default -> (source, plain) -> plain;
                });
        Rewriting rewriting = switch (place) {
            case 0 -> request.header("X", text);
            case 1 -> request.header("X", "Bearer " + text);
            case 2 -> request.query(text);
            case 3 -> request.body("application/x-www-form-urlencoded", "", text.getBytes(StandardCharsets.UTF_8));
            case 4 -> request.text(text);
            default -> request.body("image/png", "", text.getBytes(StandardCharsets.UTF_8));
        };
        if (rewriting instanceof Rewriting.Changed changed) {
            assertThat(MarkerScan.finds(text(changed))).isFalse();
        }
        assertThat(rewriting.equals(Rewriting.UNCHANGED) && MarkerScan.finds(text))
                .isFalse();
    }

    private static void check(Rewriting rewriting, List<Piece> pieces) {
        boolean allKnown = pieces.stream().allMatch(Piece::known);
        boolean marked = pieces.stream().anyMatch(it -> MarkerScan.finds(it.written()));
        if (!allKnown) {
            assertThat(rewriting).isInstanceOf(Rewriting.Refused.class);
        } else if (marked) {
            assertThat(rewriting).isNotEqualTo(Rewriting.UNCHANGED);
        }
    }

    /** Texts, known and unknown placeholders, each placeholder followed by something that ends it. */
    private static List<Piece> pieces(Random random) {
        List<Piece> pieces = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            int key = random.nextInt(KEYS.length);
            String revision = random.nextBoolean() ? "v1_" : "";
            switch (random.nextInt(5)) {
                case 0, 1 -> pieces.add(new Piece("openshell:resolve:env:" + revision + KEYS[key], VALUES[key], true));
                case 2 -> pieces.add(new Piece("openshell:resolve:env:" + revision + "A_Z", "", false));
                case 3 -> pieces.add(new Piece("opensh/ell:resolve:env:A", "opensh/ell:resolve:env:A", true));
                default -> {}
            }
            String end = new String[] {" ", "/", ":", "-", ".", "\u00fc", "!"}[random.nextInt(7)];
            pieces.add(new Piece(end, end, true));
        }
        return pieces;
    }

    @FunctionalInterface
    private interface Encoding {
        String of(Random random, String text);
    }

    private static String random(Random random, List<Piece> pieces, Encoding encoding) {
        StringBuilder raw = new StringBuilder();
        pieces.forEach(piece -> raw.append(encoding.of(random, piece.written())));
        return raw.toString();
    }

    private static String joined(List<Piece> pieces) {
        StringBuilder meant = new StringBuilder();
        pieces.forEach(piece -> meant.append(piece.meant()));
        return meant.toString();
    }

    /** Percent-encodes what must be, and any other character now and then. */
    private static String percent(Random random, String text) {
        StringBuilder out = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            boolean must = octet <= ' ' || "&=+%#".indexOf(octet) >= 0;
            String hex = String.format(Locale.ROOT, random.nextBoolean() ? "%%%02x" : "%%%02X", octet & 0xff);
            out.append(must || random.nextInt(6) == 0 ? hex : String.valueOf((char) octet));
        }
        return out.toString();
    }

    private static String json(Random random, String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(random.nextInt(6) == 0 ? String.format(Locale.ROOT, "\\u%04x", (int) c) : String.valueOf(c));
        }
        return out.toString();
    }

    private static String text(Rewriting.Changed changed) {
        String[] text = new String[1];
        try (Secret value = changed.value()) {
            value.reveal(bytes -> text[0] = new String(bytes, StandardCharsets.UTF_8));
        }
        return text[0];
    }
}
