package io.openshell.core.plugin;

import java.util.List;

/** Plugins cannot be loaded. The message has a line for each problem, each with the file it is about. */
public final class PluginLoadException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<PluginProblem> problems;

    PluginLoadException(List<PluginProblem> problems) {
        super(message(problems));
        this.problems = List.copyOf(problems);
    }

    /** Every problem, sorted by file. */
    public List<PluginProblem> problems() {
        return problems;
    }

    private static String message(List<PluginProblem> problems) {
        StringBuilder text = new StringBuilder("plugins: ")
                .append(problems.size())
                .append(problems.size() == 1 ? " problem" : " problems")
                .append(" (expected: every plugin to load)");
        problems.forEach(problem -> text.append("\n  ").append(problem));
        return text.toString();
    }
}
