package io.openshell.core.config;

import java.util.Objects;

/**
 * Something wrong with a configuration, with its place in the text.
 *
 * @param position where the value (for an unknown or duplicate key: the key) stands
 * @param path where it is in the tree, as in {@code network_policies.github.endpoints[0].port}; empty for the
 *     document
 * @param message what is wrong and what is expected, in one line
 */
public record ConfigProblem(Position position, String path, String message) {

    public ConfigProblem {
        Objects.requireNonNull(position, "position");
        Objects.requireNonNull(path, "path");
        if (message.isBlank()) {
            throw new IllegalArgumentException("message: blank (expected: what is wrong)");
        }
    }
}
