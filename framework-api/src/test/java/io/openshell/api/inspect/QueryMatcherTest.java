package io.openshell.api.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.config.Problem;
import io.openshell.api.config.TextMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class QueryMatcherTest {

    /** A glob that ends with a star is a prefix; one that begins with a bracket is malformed. */
    private static final Globs GLOBS = new Globs() {
        @Override
        public Predicate<String> path(String glob) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Predicate<String> text(String glob) {
            if (glob.startsWith("[")) {
                throw new IllegalArgumentException("glob: " + glob + " (expected: a closed bracket)");
            }
            return glob.endsWith("*") ? value -> value.startsWith(glob.substring(0, glob.length() - 1)) : glob::equals;
        }

        @Override
        public Predicate<String> plain(String glob) {
            throw new UnsupportedOperationException();
        }
    };

    private final List<Problem> problems = new ArrayList<>();

    @Test
    void any_query_is_any_query() {
        assertThat(QueryMatcher.ANY.allows(Map.of("a", List.of("b")))).isTrue();
        assertThat(QueryMatcher.ANY.denies(Map.of())).isTrue();
    }

    @Test
    void an_allow_rule_wants_every_value_and_a_deny_rule_one() {
        QueryMatcher matcher = matcher(Map.of("q", new TextMatcher(List.of("pub*", "open"))));

        assertThat(matcher.allows(Map.of("q", List.of("public", "open"), "other", List.of("x"))))
                .isTrue();
        assertThat(matcher.allows(Map.of("q", List.of("public", "secret")))).isFalse();
        assertThat(matcher.denies(Map.of("q", List.of("public", "secret")))).isTrue();
        assertThat(matcher.denies(Map.of("q", List.of("secret")))).isFalse();
    }

    @Test
    void a_parameter_that_is_not_there_does_not_match() {
        QueryMatcher matcher = matcher(Map.of("q", new TextMatcher(List.of("*"))));

        assertThat(matcher.allows(Map.of())).isFalse();
        assertThat(matcher.denies(Map.of())).isFalse();
    }

    @Test
    void every_malformed_glob_is_a_problem_at_its_place() {
        Map<String, TextMatcher> query = Map.of("q", new TextMatcher(List.of("[a", "fine", "[b")));

        assertThat(QueryMatcher.of(query, GLOBS, "rules[0].allow.query", problems::add))
                .isEmpty();
        assertThat(problems)
                .containsExactly(
                        new Problem("rules[0].allow.query.q", "glob: [a (expected: a closed bracket)"),
                        new Problem("rules[0].allow.query.q", "glob: [b (expected: a closed bracket)"));
    }

    private QueryMatcher matcher(Map<String, TextMatcher> query) {
        QueryMatcher matcher =
                QueryMatcher.of(query, GLOBS, "query", problems::add).orElseThrow();
        assertThat(problems).isEmpty();
        return matcher;
    }
}
