package io.openshell.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.config.Problem;
import io.openshell.api.plugin.PluginFactory;
import java.util.List;

/** What holds for every factory and every problem. */
final class FactoryRules {

    private FactoryRules() {}

    static void check(PluginFactory<?> factory) {
        assertThat(factory.name())
                .as("a name that policies and options can say")
                .matches("[a-z][a-z0-9-]{0,31}")
                .isEqualTo(factory.name());
        assertThat(factory.configType().isRecord()).as("configType is a record").isTrue();
    }

    static void check(List<Problem> problems) {
        assertThat(problems).as("a refusal names at least one problem").isNotEmpty();
        assertThat(problems).allSatisfy(problem -> {
            assertThat(problem.message())
                    .as("a problem is one line")
                    .isNotBlank()
                    .doesNotContain("\n", "\r");
            assertThat(problem.path())
                    .as("a path begins below the endpoint; the core puts the rest in front")
                    .doesNotStartWith("network_policies")
                    .doesNotStartWith(".");
        });
    }
}
