package io.openshell.core.plugin;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;

/** Loads what must not load. */
final class BrokenPlugins {

    private BrokenPlugins() {}

    static String messageOf(Path... directories) {
        return String.valueOf(problemsOf(directories).getMessage());
    }

    static PluginLoadException problemsOf(Path... directories) {
        return catchThrowableOfType(PluginLoadException.class, () -> PluginHost.load(List.of(directories)));
    }
}
