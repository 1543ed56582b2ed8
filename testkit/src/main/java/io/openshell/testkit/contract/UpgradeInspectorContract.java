package io.openshell.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.inspect.Headers;
import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.api.inspect.StreamInspector;
import io.openshell.api.inspect.UpgradeVerdict;
import io.openshell.api.inspect.Verdict;
import org.junit.jupiter.api.Test;

/**
 * What every inspector of a protocol does that begins as an HTTP request and then has bytes of its own.
 *
 * @param <C> the protocol's options
 */
public abstract class UpgradeInspectorContract<C extends Record> extends StreamInspectorContract<C, RequestInspector> {

    /** A request to change protocol that the {@linkplain #usableOptions options} allow. */
    protected abstract SampleRequest allowedUpgrade();

    /** A request to change protocol that the options refuse and that can be read. */
    protected abstract SampleRequest deniedUpgrade();

    /** The headers of an upstream's 101 to {@link #allowedUpgrade}. */
    protected abstract Headers answer();

    /** The headers of a 101 that does not fit {@link #allowedUpgrade}. */
    protected abstract Headers wrongAnswer();

    @Override
    protected final Class<RequestInspector> inspectorType() {
        return RequestInspector.class;
    }

    @Override
    final StreamInspector open(RequestInspector inspector, Judge judge) {
        return inspected(inspector).continuation().open(answer(), judge);
    }

    private UpgradeVerdict.Inspected inspected(RequestInspector inspector) {
        UpgradeVerdict verdict = inspector.inspectUpgrade(allowedUpgrade());
        assertThat(verdict).isInstanceOf(UpgradeVerdict.Inspected.class);
        return (UpgradeVerdict.Inspected) verdict;
    }

    @Test
    final void an_upgrade_that_the_rules_allow_is_allowed_by_a_rule_that_is_named() {
        assertThat(inspected(inspector()).rule()).isNotBlank();
    }

    @Test
    final void an_upgrade_that_no_rule_allows_is_denied_with_one_line_of_reason() {
        assertThat(inspector().inspectUpgrade(deniedUpgrade()))
                .isInstanceOfSatisfying(
                        UpgradeVerdict.Refused.class,
                        refused -> assertThat(refused.verdict())
                                .isInstanceOfSatisfying(
                                        Verdict.Denied.class,
                                        denied -> assertThat(denied.reason())
                                                .isNotBlank()
                                                .doesNotContain("\n", "\r")));
    }

    @Test
    final void an_answer_that_does_not_fit_opens_nothing() {
        UpgradeVerdict.Inspected inspected = inspected(inspector());

        assertThatThrownBy(() -> inspected.continuation().open(wrongAnswer(), RecordingJudge.enforcing()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    final void a_policy_that_is_replaced_ends_the_connection_with_one_line_of_reason() {
        try (StreamInspector stream = open(inspector(), RecordingJudge.enforcing())) {
            assertThat(stream.policyReplaced().reason()).isNotBlank().doesNotContain("\n", "\r");
        }
    }
}
