package io.openshell.core.policy;

import java.util.List;
import java.util.stream.Collectors;

/** What became of a policy's text. */
public sealed interface LoadResult {

    /**
     * A usable policy.
     *
     * @param source the text that it was compiled from
     * @param warnings what its author should know although it does not stop the load
     */
    record Loaded(Policy policy, PolicySource source, List<PolicyProblem> warnings) implements LoadResult {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Not usable.
     *
     * @param problems everything that is wrong, in the order of the text; at least one
     */
    record Invalid(List<PolicyProblem> problems) implements LoadResult {
        public Invalid {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("problems: none (expected: at least one)");
            }
        }

        /** The problems, one a line. */
        public String describe() {
            return problems.stream().map(PolicyProblem::toString).collect(Collectors.joining("\n"));
        }
    }
}
