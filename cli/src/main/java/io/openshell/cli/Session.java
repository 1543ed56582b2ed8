package io.openshell.cli;

import io.openshell.cli.credential.SecretVariables;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a command has around it.
 *
 * @param console where it writes
 * @param environment the variables that OpenShell was started with; not to be copied, for each that is read becomes a
 *     string
 * @param secrets the same variables, for values that must not become strings
 * @param home where the distribution lies
 * @param extraPluginDirectories from {@code --plugins-dir}, in the order given
 * @param prelude what was done before the command line was read
 * @param verbose whether {@code -v} was given
 */
record Session(
        Console console,
        Map<String, String> environment,
        SecretVariables secrets,
        Home home,
        List<Path> extraPluginDirectories,
        StartupPrelude prelude,
        boolean verbose) {

    private static final String PLUGINS_VARIABLE = "OPENSHELL_PLUGINS_DIR";

    Session {
        extraPluginDirectories = List.copyOf(extraPluginDirectories);
    }

    Session with(List<Path> pluginDirectories, boolean verbosity) {
        return new Session(console, environment, secrets, home, pluginDirectories, prelude, verbosity);
    }

    /**
     * Every folder that plugins are searched in: the distribution's first, then {@code --plugins-dir}, or what {@code
     * OPENSHELL_PLUGINS_DIR} names (several are separated by colons).
     */
    List<Path> pluginDirectories() {
        List<Path> directories = new ArrayList<>();
        directories.add(home.plugins());
        directories.addAll(addedPluginDirectories());
        return directories;
    }

    /** Those besides the distribution's own. */
    List<Path> addedPluginDirectories() {
        List<Path> directories = new ArrayList<>();
        if (!extraPluginDirectories.isEmpty()) {
            directories.addAll(extraPluginDirectories);
            return directories;
        }
        for (String name : environment.getOrDefault(PLUGINS_VARIABLE, "").split(File.pathSeparator)) {
            if (!name.isBlank()) {
                directories.add(Path.of(name));
            }
        }
        return directories;
    }
}
