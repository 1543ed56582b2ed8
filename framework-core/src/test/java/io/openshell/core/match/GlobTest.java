package io.openshell.core.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.inspect.Globs;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "**, /, true",
        "**, '', true",
        "**, /a/b/c, true",
        "/**, /, true",
        "/**, /a/b/c, true",
        "/repos/**, /repos/, true",
        "/repos/**, /repos/a/b, true",
        "/repos/**, /repos, false",
        "/repos/**, /reposx/a, false",
        "/repos/*/*/issues, /repos/acme/project/issues, true",
        "/repos/*/*/issues, /repos/acme/project/issues/123, false",
        "/repos/*/issues, /repos/acme/project/issues, false",
        "/v1/*, /v1/x, true",
        "/v1/*, /v1/, true",
        "/v1/*, /v1, false",
        "/v1/*, /v1/admin/x, false",
        "/**/x, /x, true",
        "/**/x, /a/b/x, true",
        "/**/x, /ax, false",
        "/**/info/refs*, /acme/widget.git/info/refs, true",
        "/**/info/refs*, /info/refsx, true",
        "/**/info/refs*, /info/refs/x, false",
        "**/x, /x, true",
        "**/x, /a/x, true",
        "/a/**/b/**/c, /a/b/c, true",
        "/a/**/b/**/c, /a/x/b/y/z/c, true",
        "/a/**/b/**/c, /a/x/c, false",
        "/a?c, /abc, true",
        "/a?c, /a/c, false",
        "/[a-c]x, /bx, true",
        "/[a-c]x, /dx, false",
        "/[!a-c]x, /dx, true",
        "/[!a-c]x, //x, false",
        "/[^a]x, /bx, true",
        "/[]]x, /]x, true",
        "/[a-]x, /-x, true",
        "/[.-0]x, //x, false",
        "'/{a,b}/c', /b/c, true",
        "'/{a,b}/c', /c/c, false",
        "'/{a,b/c}', /b/c, true",
        "'/{a*,{b,c}d}', /cd, true",
        "'/a{,b}', /a, true",
        "'/a,b', '/a,b', true",
        "/a\\*b, /a*b, true",
        "/a\\*b, /axb, false",
        "/A, /a, false",
        "'', '', true",
        "'', /, false",
        "/?, /\uD83D\uDE00, true",
    })
    void path_globs(String glob, String path, boolean expected) {
        assertThat(PathGlob.compile(glob).matches(path)).isEqualTo(expected);
        Globs globs = new CoreGlobs();
        if (!glob.isEmpty()) {
            assertThat(globs.path(glob).test(path)).isEqualTo(expected);
        }
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "/caf\u00e9 bar, /caf%C3%A9%20bar, true",
        "/%61/*, /a/x, true",
        "/a%2A, /a*, true",
        "/a%2A, /ab, false",
        "/%e9, /%E9, true",
        "/[\u00e9], /%C3%A9, false",
    })
    void plugins_path_globs_are_brought_to_canonical_form(String glob, String path, boolean expected) {
        assertThat(new CoreGlobs().path(glob).test(path)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {"", "a", "*", "/a//b", "/a/./b", "/a/../b", "/a/..", "/a;b", "/a#b", "/a%2", "/a%zz"})
    void plugins_path_globs_that_no_canonical_path_matches_are_refused(String glob) {
        assertThatThrownBy(() -> new CoreGlobs().path(glob)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "1.*, 1.2, true",
        "1.*, 1.2.3, false",
        "1.**, 1.2.3, true",
        "1.**, 1., true",
        "1.**, 1, false",
        "*, abc, true",
        "*, '', true",
        "*, a/b c, true",
        "*, a.b, false",
        "**, a.b, true",
        "**, '', true",
        "a**z, a.b.z, true",
        "repo:acme/*, repo:acme/x/y, true",
        "?, ., false",
        "[.]x, .x, false",
        "true, true, true",
        "true, TRUE, false",
    })
    void text_globs(String glob, String text, boolean expected) {
        assertThat(TextGlob.compile(glob).matches(text)).isEqualTo(expected);
        assertThat(new CoreGlobs().text(glob).test(text)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "'', /a/b, true",
        "**, /, true",
        "/**, /a, true",
        "/graphql, /graphql, true",
        "/graphql, /graphql/x, false",
        "/api/**, /api, true",
        "/api/**, /api/x/y, true",
        "/api/**, /apix, false",
        "/api/*, /api/x/y, true",
        "/api/*, /api, false",
        "/*/v1/**, /a/b/v1/x, true",
        "/a?c, /a/c, true",
    })
    void selectors(String selector, String path, boolean expected) {
        assertThat(PathSelector.compile(selector).matches(path)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "/a] | unmatched ']' at character 3",
                "/a} | unmatched '}' at character 3",
                "/[a | unclosed '[' at character 2",
                "/[ | unclosed '[' at character 2",
                "/[! | unclosed '[' at character 2",
                "/{a,b | unclosed '{' at character 2",
                "/[z-a] | runs backwards",
                "/a\\ | nothing follows '\\'",
                "/a** | not a whole segment at character 3",
                "/**a | not a whole segment",
                "/*** | not a whole segment",
                "/{a,**} | not a whole segment",
                "{{{{{{{{{a}}}}}}}}} | nested too deep",
            })
    void malformed_globs_say_where(String glob, String why) {
        assertThatThrownBy(() -> PathGlob.compile(glob))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(glob.strip())
                .hasMessageContaining(why)
                .hasMessageContaining("(expected: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "curl", "./curl", "usr/bin/*", "*", "/usr/bin/a**", "/a\0b"})
    void a_binary_is_an_absolute_path(String path) {
        assertThatThrownBy(() -> BinaryGlob.compile(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_selector_begins_with_a_slash() {
        assertThatThrownBy(() -> PathSelector.compile("api/**")).hasMessageContaining("begins with '/'");
        assertThatThrownBy(() -> PathSelector.compile("/[a")).hasMessageContaining("unclosed");
    }

    /** Attack X4: texts and globs that take a backtracking matcher longer than the universe will last. */
    @ParameterizedTest
    @ValueSource(ints = {20, 60, 100})
    void a_hostile_text_takes_linear_time(int stars) {
        String text = "/" + "a".repeat(200_000);
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            assertThat(PathGlob.compile("/" + "*a".repeat(stars) + "b*").matches(text))
                    .isFalse();
            assertThat(PathGlob.compile("/" + "{a,aa}".repeat(stars / 4) + "*x*")
                            .matches(text))
                    .isFalse();
            assertThat(TextGlob.compile("**a".repeat(stars) + "b*").matches(text))
                    .isFalse();
            assertThat(PathGlob.compile("/" + "**/".repeat(stars) + "b*").matches("/a".repeat(100_000)))
                    .isFalse();
        });
    }

    @Test
    void a_glob_that_is_too_complex_is_refused() {
        assertThatThrownBy(() -> PathGlob.compile("/" + "*a".repeat(600))).hasMessageContaining("too complex");
        assertThat(PathGlob.compile("/" + "a".repeat(4000) + "*").matches("/" + "a".repeat(4001)))
                .isTrue();
    }
}
