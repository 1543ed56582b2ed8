package io.openshell.plugin.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.decide.ConnectionDecision;
import io.openshell.core.decide.Decisions;
import io.openshell.core.decide.Explanation;
import io.openshell.core.decide.Question;
import io.openshell.core.decide.RequestDecision;
import io.openshell.core.decide.SmallestEdit;
import io.openshell.core.policy.InspectorCatalog;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.Policy;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every file of {@code scenarios}: each case by enforcement and by explanation, each denial with its edit. */
class RestScenarioTest {

    static final PolicyLoader LOADER = new PolicyLoader(InspectorCatalog.of(new RestPlugin().protocolInspectors()));

    static Stream<Arguments> cases() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/scenarios"))) {
            return files
                    .sorted()
                    .flatMap(file -> {
                        Scenario scenario = Scenario.read(file);
                        return scenario.cases().stream().map(it -> Arguments.of(scenario.policy(), it));
                    })
                    .toList()
                    .stream();
        }
    }

    static Policy load(PolicySource source) {
        LoadResult result = LOADER.load(source);
        assertThat(result).as(() -> result.toString()).isInstanceOf(LoadResult.Loaded.class);
        return ((LoadResult.Loaded) result).policy();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void decides_as_the_table_says(PolicySource source, Scenario.Case scenario) {
        Policy policy = load(source);
        Explanation explanation = Explanation.of(policy, scenario.question());
        assertThat(explanation.verdict().name().toLowerCase(Locale.ROOT))
                .as("%s%n%s", explanation.reason(), explanation.trace())
                .isEqualTo(scenario.verdict());
        if (explanation.verdict() == Explanation.Verdict.ALLOWED) {
            assertThat(explanation.ruleId()).endsWith(scenario.detail());
        } else {
            assertThat(explanation.reason()).contains(scenario.detail());
        }
        assertThat(enforced(policy, scenario.question())).isEqualTo(explanation.verdict());
    }

    private static Explanation.Verdict enforced(Policy policy, Question question) {
        return switch (Decisions.connection(policy, question.facts())) {
            case ConnectionDecision.Denied denied -> Explanation.Verdict.DENIED;
            case ConnectionDecision.Allowed allowed ->
                switch (Decisions.request(
                        allowed.endpoints(), question.request().orElseThrow())) {
                    case RequestDecision.Allowed it -> Explanation.Verdict.ALLOWED;
                    case RequestDecision.Audited it -> Explanation.Verdict.AUDITED;
                    case RequestDecision.Denied it -> Explanation.Verdict.DENIED;
                    case RequestDecision.Unreadable it -> Explanation.Verdict.DENIED;
                };
        };
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void an_edit_that_is_proposed_allows(PolicySource source, Scenario.Case scenario) {
        List<SmallestEdit> edit =
                SmallestEdit.find(source, LOADER, scenario.question()).stream().toList();
        assertThat(edit).hasSize(scenario.editable() ? 1 : 0);
        for (SmallestEdit it : edit) {
            Policy edited = load(new PolicySource("edited", it.yaml()));
            assertThat(Explanation.of(edited, scenario.question()).verdict()).isEqualTo(Explanation.Verdict.ALLOWED);
            assertThat(it.diff().lines()).anyMatch(line -> line.startsWith("+ ") || line.startsWith("- "));
        }
    }
}
