package io.openshell.core.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;

/** What holds for every target: the path that is decided on is the path on the wire. */
class RequestTargetPropertiesTest {

    /** Targets made of what parsers disagree on, in every encoding. */
    @Provide
    Arbitrary<String> hostile() {
        Arbitrary<String> piece = Arbitraries.of(
                "/", "/", "/", "//", ".", "..", "...", ";", ";x=1", "%2e", "%2E", "%2f", "%2F", "%5c", "\\", "%3b",
                "%3f", "?", "%23", "%25", "%252e", "%252f", "%00", "%", "%c0%ae", "%C3%A9", "a", "secret", "public",
                "~", " ", "+", "%20", "@", "%40", ":", "*", "%2a");
        return piece.list().ofMaxSize(14).map(pieces -> "/" + String.join("", pieces));
    }

    @Property(tries = 100_000)
    @Tag("slow")
    @Label("a canonical target is a fixed point, over many random encodings")
    void canonical_targets_are_fixed_points_over_many(@ForAll("hostile") String raw, @ForAll boolean slashes) {
        canonical_targets_are_fixed_points(raw, slashes);
    }

    @Property(tries = 4_000)
    @Label("a canonical target is a fixed point, with and without encoded slashes")
    void canonical_targets_are_fixed_points(@ForAll("hostile") String raw, @ForAll boolean slashes) {
        if (RequestTarget.parse(raw, slashes) instanceof RequestTarget.Canonical canonical) {
            assertThat(RequestTarget.parse(canonical.wire(), slashes)).isEqualTo(canonical);
            assertThat(RequestTarget.parse(canonical.wire(), true)).isEqualTo(canonical);
        }
    }

    @Property(tries = 4_000)
    void a_canonical_path_has_nothing_to_disagree_on(@ForAll("hostile") String raw, @ForAll boolean slashes) {
        if (RequestTarget.parse(raw, slashes) instanceof RequestTarget.Canonical canonical) {
            String path = canonical.path();
            assertThat(path)
                    .startsWith("/")
                    .doesNotContain("//", ";", "?", "#", "\\", "\0")
                    .matches("\\p{ASCII}*");
            assertThat(path.split("/", -1)).doesNotContain(".", "..");
            if (!slashes) {
                assertThat(path.toLowerCase(Locale.ROOT)).doesNotContain("%2f", "%5c", "%252f", "%252e", "%2e");
            }
            String again = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
            assertThat(again.replace('\\', '/').split("/", -1)).doesNotContain(".", "..");
        }
    }

    @Property(tries = 4_000)
    void what_is_read_without_encoded_slashes_is_read_the_same_with_them(@ForAll("hostile") String raw) {
        if (RequestTarget.parse(raw, false) instanceof RequestTarget.Canonical canonical) {
            assertThat(RequestTarget.parse(raw, true)).isEqualTo(canonical);
            assertThat(canonical.hasEncodedSlash()).isFalse();
        }
    }

    @Property(tries = 2_000)
    void any_bytes_are_read_or_refused(@ForAll String raw, @ForAll boolean slashes) {
        RequestTarget.Result result = RequestTarget.parse(raw, slashes);
        if (result instanceof RequestTarget.Refused refused) {
            assertThat(refused.problem()).startsWith("request-target ").doesNotContain("\n");
        }
    }

    /** A path of plain segments and dots, and what it leads to. */
    @Provide
    Arbitrary<Tuple.Tuple2<String, String>> spelled() {
        return Arbitraries.of("a", "b1", "~c", "x.y", "..", ".", "")
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .flatMap(segments -> Arbitraries.integers()
                        .between(0, 2)
                        .list()
                        .ofSize(100)
                        .map(ways -> Tuple.of(spell(segments, ways), walked(segments))));
    }

    private static String spell(List<String> segments, List<Integer> ways) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        for (String segment : segments) {
            out.append('/');
            for (int at = 0; at < segment.length(); at++) {
                char c = segment.charAt(at);
                switch (ways.get(i++ % ways.size())) {
                    case 1 -> out.append(String.format("%%%02x", (int) c));
                    case 2 -> out.append(String.format("%%%02X", (int) c));
                    default -> out.append(c);
                }
            }
            if (ways.get(i++ % ways.size()) == 2) {
                out.append(";p=").append(i);
            }
        }
        return out.toString();
    }

    /** Where a path leads; empty if above the root. */
    private static String walked(List<String> segments) {
        List<String> stack = new ArrayList<>();
        for (String segment : segments) {
            if (segment.equals("..")) {
                if (stack.isEmpty()) {
                    return "";
                }
                stack.removeLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                stack.add(segment);
            }
        }
        String last = segments.getLast();
        boolean open = last.isEmpty() || last.equals(".") || last.equals("..");
        return stack.isEmpty() ? "/" : "/" + String.join("/", stack) + (open ? "/" : "");
    }

    @Property(tries = 3_000)
    void every_spelling_of_a_path_leads_to_the_same_place(@ForAll("spelled") Tuple.Tuple2<String, String> path) {
        RequestTarget.Result result = RequestTarget.parse(path.get1(), false);
        if (path.get2().isEmpty()) {
            assertThat(result).isInstanceOf(RequestTarget.Refused.class);
        } else {
            assertThat(result).isEqualTo(new RequestTarget.Canonical(path.get2(), ""));
        }
    }
}
