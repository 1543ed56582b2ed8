package io.openshell.api.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.openshell.api.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RuleKeysTest {

    private static final List<String> RULES = List.of("", "allow");

    private static List<String> check(
            @Nullable String access, @Nullable List<String> rules, @Nullable List<String> denyRules) {
        return RuleKeys.check(access, rules, "allow"::equals, "{topic}", denyRules).stream()
                .map(problem -> problem.path() + ": " + problem.message())
                .toList();
    }

    @Test
    void a_preset_or_rules_define_what_is_allowed() {
        assertThat(check("full", null, null)).isEmpty();
        assertThat(check(null, RULES, List.of("x"))).isEmpty();
        assertThat(check("full", RULES, null))
                .containsExactly("access: rules and access are mutually exclusive (expected: one of them)");
        assertThat(check(null, null, null))
                .containsExactly(": protocol requires rules or access to define allowed traffic");
    }

    @Test
    void deny_rules_need_something_to_take_from() {
        assertThat(check(null, null, List.of("x")))
                .containsExactly("deny_rules: deny_rules require rules or access to define the base allow set");
        assertThat(check("full", null, List.of()))
                .containsExactly("deny_rules: deny_rules list cannot be empty (would have no effect). Remove it.");
    }

    @Test
    void rules_that_allow_nothing_are_a_problem() {
        assertThat(check(null, List.of(), null))
                .containsExactly("rules: rules list cannot be empty (would deny all traffic). Use `access: full` or"
                        + " remove rules.");
        assertThat(check(null, List.of("", ""), null))
                .containsExactly(
                        "rules: rules would deny all traffic (no allow clause found); expected: - allow:" + " {topic}");
    }

    @Test
    void an_unknown_preset_allows_nothing_and_is_told() {
        List<Problem> warnings = new ArrayList<>();
        Map<String, List<String>> presets =
                Map.of("read-only", List.of("GET"), "read-write", List.of("GET", "PUT"), "full", List.of("*"));

        assertThat(RuleKeys.preset("read-only", presets, warnings::add)).containsExactly("GET");
        assertThat(RuleKeys.preset(null, presets, warnings::add)).isEmpty();
        assertThat(warnings).isEmpty();
        assertThat(RuleKeys.preset("all", presets, warnings::add)).isEmpty();
        assertThat(warnings)
                .containsExactly(new Problem(
                        "access",
                        "unsupported L7 access preset 'all' ignored; expected one of: read-only, read-write, full"));
    }

    @Test
    void presets_are_the_three_that_policies_know() {
        Map<String, List<String>> presets = Map.of("read-only", List.of("GET"), "admin", List.of("*"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuleKeys.preset(null, presets, warning -> {}))
                .withMessage("presets: [admin, read-only] (expected: [read-only, read-write, full])");
    }
}
