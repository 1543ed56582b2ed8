package io.openshell.core.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class GlobPropertiesTest {

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.of("a", "b", "ab", "", "x.y", "aab")
                .list()
                .ofMaxSize(5)
                .map(segments -> "/" + String.join("/", segments));
    }

    @Provide
    Arbitrary<String> pathGlobs() {
        Arbitrary<String> segment = Arbitraries.of(
                "a",
                "b",
                "ab",
                "",
                "*",
                "**",
                "**",
                "a*",
                "*b",
                "*a*",
                "?",
                "a?",
                "[ab]",
                "[!a]*",
                "{a,b}",
                "{a*,x.y}b",
                "{a,{b,?}}",
                "x.y",
                "*.*");
        return segment.list().ofMinSize(1).ofMaxSize(5).map(segments -> "/" + String.join("/", segments));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars('a', 'b', '.', '/').ofMaxLength(9);
    }

    @Provide
    Arbitrary<String> textGlobs() {
        return Arbitraries.of("a", "b", ".", "/", "*", "**", "?", "[ab]", "[!b]", "{a,.b}", "{ba,a}")
                .list()
                .ofMaxSize(7)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 4_000)
    void path_globs_match_what_the_obvious_matcher_matches(
            @ForAll("pathGlobs") String glob, @ForAll("paths") String path) {
        assertThat(PathGlob.compile(glob).matches(path))
                .as("%s on %s", glob, path)
                .isEqualTo(NaiveGlob.path(glob, path));
    }

    @Property(tries = 4_000)
    void text_globs_match_what_the_obvious_matcher_matches(
            @ForAll("textGlobs") String glob, @ForAll("texts") String text) {
        String plain = glob.replaceAll("\\*{3,}", "**");
        assertThat(TextGlob.compile(glob).matches(text))
                .as("%s on %s", glob, text)
                .isEqualTo(NaiveGlob.text(plain, text));
    }

    @Property(tries = 1_000)
    void globs_of_many_positions_match_like_small_ones(@ForAll("textGlobs") String glob, @ForAll("texts") String text) {
        String filler = "?".repeat(80);
        String plain = glob.replaceAll("\\*{3,}", "**");
        assertThat(TextGlob.compile(filler + plain).matches("x".repeat(80) + text))
                .isEqualTo(NaiveGlob.text(plain, text));
    }

    @Property
    void a_quoted_path_matches_itself_alone(@ForAll String path, @ForAll String other) {
        PathGlob glob = PathGlob.compile(PathGlob.quote(path));
        assertThat(glob.matches(path)).isTrue();
        assertThat(glob.matches(other)).isEqualTo(other.equals(path));
    }

    @Property
    void any_text_compiles_or_is_refused_with_a_reason(@ForAll String glob, @ForAll String text) {
        for (Compiler compiler : List.<Compiler>of(
                PathGlob::compile,
                TextGlob::compile,
                BinaryGlob::compile,
                PathSelector::compile,
                HostPattern::compile)) {
            assertThatCode(() -> {
                        try {
                            compiler.compile(glob);
                        } catch (IllegalArgumentException refused) {
                            assertThat(refused.getMessage()).isNotBlank();
                        }
                    })
                    .doesNotThrowAnyException();
        }
    }

    private interface Compiler {
        Object compile(String glob);
    }

    @Provide
    Arbitrary<String> hosts() {
        return Arbitraries.of("api", "a", "example", "com", "x-1", "evil")
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .map(labels -> String.join(".", labels));
    }

    @Property(tries = 2_000)
    void host_patterns_match_label_by_label(@ForAll("hosts") String host, @ForAll("hosts") String rest) {
        String base = "example." + rest;
        String[] labels = host.split("\\.");
        boolean below = host.endsWith("." + base);
        int more = labels.length - base.split("\\.").length;
        assertThat(HostPattern.compile("*." + base).matches(host)).isEqualTo(below && more == 1);
        assertThat(HostPattern.compile("**." + base).matches(host)).isEqualTo(below);
        assertThat(HostPattern.compile("a*." + base).matches(host))
                .isEqualTo(below && more == 1 && host.startsWith("a"));
        assertThat(HostPattern.compile(base).matches(host)).isEqualTo(host.equals(base));
    }

    @Provide
    Arbitrary<String> selectors() {
        Arbitrary<String> ends = Arbitraries.of("", "/**", "/*", "*");
        return Combinators.combine(paths(), ends).as(String::concat).filter(it -> !it.contains("//"));
    }

    @Property(tries = 2_000)
    void selectors_match_the_place_itself_and_below(
            @ForAll("selectors") String selector, @ForAll("paths") String path) {
        PathSelector compiled = PathSelector.compile(selector);
        boolean expected;
        if (selector.endsWith("/**")) {
            String base = selector.substring(0, selector.length() - 3);
            expected = path.equals(base) || path.startsWith(base + "/");
        } else if (selector.endsWith("*")) {
            expected = path.startsWith(selector.substring(0, selector.length() - 1));
        } else {
            expected = path.equals(selector);
        }
        assertThat(compiled.matches(path)).as("%s on %s", selector, path).isEqualTo(expected);
        assertThat(compiled.specificity()).isEqualTo(selector.replace("*", "").length());
    }
}
