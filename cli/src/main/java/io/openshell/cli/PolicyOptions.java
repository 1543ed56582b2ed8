package io.openshell.cli;

import io.openshell.core.plugin.PluginHost;
import io.openshell.core.plugin.PluginLoadException;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.PolicyLoader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What commands that read policies have in common. */
final class PolicyOptions {

    private PolicyOptions() {}

    /** Loads every plugin, or fails with all that is wrong with any of them. */
    static PluginHost plugins(Session session, int status) throws CommandFailure {
        try {
            return PluginHost.load(session.pluginDirectories());
        } catch (PluginLoadException e) {
            throw new CommandFailure(status, String.valueOf(e.getMessage()));
        }
    }

    /** Reads and compiles one policy file. */
    static LoadResult load(PluginHost plugins, Path file, int status) throws CommandFailure {
        try {
            return new PolicyLoader(plugins).load(file);
        } catch (NoSuchFileException e) {
            throw new CommandFailure(status, "policy: " + file + " (expected: a file that exists)");
        } catch (IOException e) {
            throw new CommandFailure(
                    status, "policy: " + file + ": " + e.getMessage() + " (expected: a readable file)");
        }
    }
}
