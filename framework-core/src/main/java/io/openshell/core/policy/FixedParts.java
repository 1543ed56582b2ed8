package io.openshell.core.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The parts of a policy that the kernel enforces, and that stay as they are while a sandbox runs. */
final class FixedParts {

    private static final String AS_BEFORE = " as when the sandbox started)";

    private final List<String> differences = new ArrayList<>();

    private FixedParts() {}

    /** Where one policy differs from the one that a sandbox was started with: a line for each place. */
    static List<String> differences(Policy started, Policy other) {
        FixedParts parts = new FixedParts();
        FilesystemPolicy before = started.filesystem();
        FilesystemPolicy after = other.filesystem();
        parts.compare("filesystem_policy.include_workdir", before.includeWorkdir(), after.includeWorkdir());
        parts.comparePaths("filesystem_policy.read_only", before.readOnly(), after.readOnly());
        parts.comparePaths("filesystem_policy.read_write", before.readWrite(), after.readWrite());
        parts.compare(
                "landlock.compatibility",
                started.landlock().spelling(),
                other.landlock().spelling());
        parts.compare(
                "process.run_as_user", started.process().user(), other.process().user());
        parts.compare(
                "process.run_as_group",
                started.process().group(),
                other.process().group());
        return List.copyOf(parts.differences);
    }

    private void compare(String path, Object before, Object after) {
        if (!before.equals(after)) {
            differences.add(path + ": " + after + " (expected: " + before + "," + AS_BEFORE);
        }
    }

    /** Their order means nothing. */
    private void comparePaths(String path, List<String> before, List<String> after) {
        for (String added : without(after, before)) {
            differences.add(path + ": " + added + " (expected: not listed," + AS_BEFORE);
        }
        for (String removed : without(before, after)) {
            differences.add(path + ": not listed (expected: " + removed + "," + AS_BEFORE);
        }
    }

    private static Set<String> without(List<String> paths, List<String> others) {
        Set<String> rest = new TreeSet<>(paths);
        others.forEach(rest::remove);
        return rest;
    }
}
