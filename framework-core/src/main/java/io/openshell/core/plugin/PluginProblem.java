package io.openshell.core.plugin;

import java.nio.file.Path;

/**
 * Something wrong with a plugin.
 *
 * @param path the jar or directory
 * @param message what is wrong, in one line
 */
public record PluginProblem(Path path, String message) {

    /** {@code path: message}. */
    @Override
    public String toString() {
        return path + ": " + message;
    }
}
