package io.openshell.core.decide;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a decision came about. Enforcement keeps none ({@link #NONE}); {@code explain} keeps all of it.
 *
 * @param steps in the order taken
 */
public record Trace(List<Step> steps) {

    /** No trace was asked for. */
    public static final Trace NONE = new Trace(List.of());

    public Trace {
        steps = List.copyOf(steps);
    }

    /** What a step came to. */
    public enum Outcome {
        /** It applies. */
        MATCHES,
        /** It does not apply. */
        SKIPPED,
        /** It allows. */
        ALLOWS,
        /** It denies. */
        DENIES,
        /** It cannot read the request, which denies even in audit. */
        UNREADABLE
    }

    /**
     * One step.
     *
     * @param ruleId the place in the policy, as in {@code network_policies.github.endpoints[0].rules[2]}
     * @param outcome what it came to
     * @param why one line
     */
    public record Step(String ruleId, Outcome outcome, String why) {

        @Override
        public String toString() {
            return ruleId + ": " + outcome.name().toLowerCase(Locale.ROOT) + ": " + why;
        }
    }

    /** This trace and then another. */
    public Trace and(Trace next) {
        return new Trace(Stream.concat(steps.stream(), next.steps.stream()).toList());
    }

    /** One line for each step. */
    @Override
    public String toString() {
        return steps.stream().map(Step::toString).collect(Collectors.joining("\n"));
    }
}
