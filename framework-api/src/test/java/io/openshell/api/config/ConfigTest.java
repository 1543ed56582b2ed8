package io.openshell.api.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {

    private static final Problem PROBLEM = new Problem("rules[0]", "method: GTE (expected: a method)");

    @Test
    void a_result_with_problems_is_rejected_and_keeps_all_of_them() {
        Problem second = new Problem("", "access: x (expected: y)");

        assertThat(Compilation.of("value", List.of(PROBLEM, second), List.of()))
                .isEqualTo(new Compilation.Rejected<>(List.of(PROBLEM, second)));
    }

    @Test
    void a_result_without_problems_keeps_its_warnings() {
        assertThat(Compilation.of("value", List.of(), List.of(PROBLEM)))
                .isEqualTo(new Compilation.Compiled<>("value", List.of(PROBLEM)));
        assertThat(Compilation.of("value")).isEqualTo(new Compilation.Compiled<>("value", List.of()));
    }

    @Test
    void a_rejection_has_a_reason() {
        assertThatThrownBy(() -> new Compilation.Rejected<>(List.of()))
                .hasMessage("problems: none (expected: at least one)");
    }

    @Test
    void what_the_maker_changes_later_changes_nothing() {
        List<Problem> problems = new ArrayList<>(List.of(PROBLEM));
        Compilation.Rejected<String> rejected = new Compilation.Rejected<>(problems);
        problems.clear();

        assertThat(rejected.problems()).containsExactly(PROBLEM);
    }

    @ParameterizedTest
    @CsvSource({
        "rules[0], endpoints[1], endpoints[1].rules[0]",
        "'', endpoints[1], endpoints[1]",
        "[2].method, rules, rules[2].method"
    })
    void a_problem_seen_from_further_out_has_a_longer_path(String path, String parent, String expected) {
        assertThat(new Problem(path, "m").below(parent)).isEqualTo(new Problem(expected, "m"));
    }

    @Test
    void a_problem_says_what_is_wrong() {
        assertThatThrownBy(() -> new Problem("rules", " ")).hasMessage("message: blank (expected: what is wrong)");
    }

    @Test
    void a_refused_value_is_printed_with_what_would_have_been_accepted() {
        assertThatThrownBy(() -> new TextMatcher(List.of()))
                .isInstanceOfSatisfying(
                        InvalidConfigException.class,
                        refused -> assertThat(refused.component()).isEqualTo("any"))
                .hasMessage("[] (expected: a list that is not empty)");
    }
}
