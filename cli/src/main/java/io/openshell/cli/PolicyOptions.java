package io.openshell.cli;

import io.openshell.core.plugin.PluginHost;
import io.openshell.core.plugin.PluginLoadException;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.Policy;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicySource;
import java.io.IOException;
import java.nio.file.Files;
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

    /** A policy file's text. */
    static PolicySource source(Path file, int status) throws CommandFailure {
        try {
            return new PolicySource(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new CommandFailure(
                    status, "policy: " + file + ": " + e.getMessage() + " (expected: a readable file)");
        }
    }

    /** Reads one policy file that must be valid; its problems go to the console. */
    static Policy valid(PluginHost plugins, Path file, Console console, int status) throws CommandFailure {
        return valid(load(plugins, file, status), file.toString(), console, status)
                .policy();
    }

    /** What was loaded, if it is valid; its problems go to the console. */
    static LoadResult.Loaded valid(LoadResult result, String name, Console console, int status) throws CommandFailure {
        return switch (result) {
            case LoadResult.Loaded loaded -> {
                loaded.warnings().forEach(warning -> console.warning(warning.toString()));
                yield loaded;
            }
            case LoadResult.Invalid invalid -> {
                invalid.problems().forEach(problem -> console.note(problem.toString()));
                throw new CommandFailure(
                        status,
                        "policy: " + name + " (expected: a valid policy; "
                                + invalid.problems().size()
                                + (invalid.problems().size() == 1 ? " problem" : " problems") + " above)");
            }
        };
    }
}
