package io.openshell.api.config;

import java.util.List;

/**
 * What became of a configuration: something usable, or the list of all that is wrong with it.
 *
 * @param <T> what is compiled
 */
public sealed interface Compilation<T> {

    /**
     * A usable result.
     *
     * @param warnings what the author of the policy should know although it does not stop the load
     */
    record Compiled<T>(T value, List<Problem> warnings) implements Compilation<T> {
        public Compiled {
            warnings = List.copyOf(warnings);
        }
    }

    /** Not usable: every problem that was found, at least one. */
    record Rejected<T>(List<Problem> problems) implements Compilation<T> {
        public Rejected {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("problems: none (expected: at least one)");
            }
        }
    }

    /** A result without warnings. */
    static <T> Compilation<T> of(T value) {
        return new Compiled<>(value, List.of());
    }

    /** The result if there are no problems, otherwise the problems. */
    static <T> Compilation<T> of(T value, List<Problem> problems, List<Problem> warnings) {
        return problems.isEmpty() ? new Compiled<>(value, warnings) : new Rejected<>(problems);
    }
}
