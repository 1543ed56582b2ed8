package io.openshell.core.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects problems, so that a reader of a policy sees all of them at once. Not thread-safe. */
public final class ConfigProblems {

    private final List<ConfigProblem> problems = new ArrayList<>();

    /** Adds a problem with a value. */
    public void add(YamlNode at, String message) {
        add(at.position(), at.path(), message);
    }

    /** Adds a problem. */
    public void add(Position position, String path, String message) {
        problems.add(new ConfigProblem(position, path, Display.oneLine(message)));
    }

    /** Adds a value that is not what it should be: {@code value (expected: expected)}. */
    public void unexpected(YamlNode at, String expected) {
        add(at, at.describe() + " (expected: " + expected + ")");
    }

    /** How many there are so far. */
    public int count() {
        return problems.size();
    }

    /** The problems in the order of the text. */
    public List<ConfigProblem> sorted() {
        return problems.stream()
                .sorted(Comparator.comparing(ConfigProblem::position))
                .distinct()
                .toList();
    }
}
