package io.openshell.api.config;

import java.util.Objects;

/**
 * Something wrong with a configuration, and where.
 *
 * @param path the place below the record that was given, as in {@code rules[2].allow.method}; empty for the
 *     record as a whole
 * @param message what is wrong and what is expected, in one line: {@code name: value (expected: …)}
 */
public record Problem(String path, String message) {

    public Problem {
        Objects.requireNonNull(path, "path");
        if (message.isBlank()) {
            throw new IllegalArgumentException("message: blank (expected: what is wrong)");
        }
    }

    /** The same problem seen from a record further out: {@code parent} is put in front of the path. */
    public Problem below(String parent) {
        if (path.isEmpty()) {
            return new Problem(parent, message);
        }
        return new Problem(path.startsWith("[") ? parent + path : parent + "." + path, message);
    }
}
