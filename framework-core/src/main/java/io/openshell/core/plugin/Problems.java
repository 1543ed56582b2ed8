package io.openshell.core.plugin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong while plugins are loaded. */
final class Problems {

    private final List<PluginProblem> found = new ArrayList<>();

    void add(Path path, String message) {
        found.add(new PluginProblem(path, oneLine(message)));
    }

    /** Says what failed, and what it failed with, down to the first cause. */
    void add(Path path, String what, Throwable failure) {
        Throwable root = failure;
        for (int depth = 0; root.getCause() != null && depth < 32; depth++) {
            root = root.getCause();
        }
        add(path, root.equals(failure) ? what + ": " + failure : what + ": " + failure + "; caused by " + root);
    }

    boolean concern(Path path) {
        return found.stream().anyMatch(problem -> problem.path().equals(path));
    }

    boolean none() {
        return found.isEmpty();
    }

    List<PluginProblem> sorted() {
        return found.stream()
                .distinct()
                .sorted(Comparator.comparing(PluginProblem::path).thenComparing(PluginProblem::message))
                .toList();
    }

    /** A plugin's own words may hold anything. */
    private static String oneLine(String message) {
        return message.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\s]+", " ").strip();
    }
}
