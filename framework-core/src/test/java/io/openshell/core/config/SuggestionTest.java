package io.openshell.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

final class SuggestionTest {

    @Test
    void counts_typing_errors() {
        assertThat(Suggestion.distance("enforcement", "enforcement")).isZero();
        assertThat(Suggestion.distance("enforcment", "enforcement")).isEqualTo(1);
        assertThat(Suggestion.distance("enforcemnet", "enforcement")).isEqualTo(1);
        assertThat(Suggestion.distance("enforcementt", "enforcement")).isEqualTo(1);
        assertThat(Suggestion.distance("enforcemint", "enforcement")).isEqualTo(1);
        assertThat(Suggestion.distance("ca", "abc")).isEqualTo(3);
        assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
    }

    @Test
    void suggests_what_is_at_most_two_errors_away() {
        List<String> keys = List.of("host", "port", "ports", "protocol");

        assertThat(Suggestion.nearest("prot", keys)).contains("port");
        assertThat(Suggestion.nearest("Port", keys)).contains("port");
        assertThat(Suggestion.nearest("protcol", keys)).contains("protocol");
        assertThat(Suggestion.nearest("binaries", keys)).isEmpty();
    }

    @Test
    void suggests_nothing_for_a_word_that_would_be_rewritten_whole() {
        assertThat(Suggestion.nearest("x", List.of("ab", "y"))).isEmpty();
        assertThat(Suggestion.nearest("ab", List.of("cd"))).isEmpty();
        assertThat(Suggestion.nearest("", List.of("ab"))).isEmpty();
    }

    @Test
    void suggests_nothing_for_a_word_without_end() {
        assertThat(Suggestion.nearest("p".repeat(100_000), List.of("port"))).isEmpty();
    }

    @Property
    void the_distance_is_that_of_the_definition(
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 6) String a,
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 6) String b) {
        assertThat(Suggestion.distance(a, b)).isEqualTo(byDefinition(a, b, a.length(), b.length()));
    }

    /** Optimal string alignment, written as its recurrence. */
    private static int byDefinition(String a, String b, int i, int j) {
        if (i == 0 || j == 0) {
            return i + j;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(
                byDefinition(a, b, i - 1, j - 1) + change,
                1 + Math.min(byDefinition(a, b, i - 1, j), byDefinition(a, b, i, j - 1)));
        boolean transposed = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return transposed ? Math.min(best, 1 + byDefinition(a, b, i - 2, j - 2)) : best;
    }
}
