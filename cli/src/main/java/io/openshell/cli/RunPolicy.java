package io.openshell.cli;

import io.openshell.core.event.ConfigEvents;
import io.openshell.core.event.ConfigState;
import io.openshell.core.event.EventSink;
import io.openshell.core.event.Fact;
import io.openshell.core.plugin.PluginHost;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicyProblem;
import io.openshell.core.policy.PolicySource;
import io.openshell.core.policy.RestrictiveDefault;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Loads the policy of a run, and puts on record what is wrong with it or unusual in it.
 *
 * @param events where it is recorded
 * @param status the exit status if the policy is refused
 */
record RunPolicy(Console console, EventSink events, ConfigEvents config, int status) {

    /**
     * The policy of the file, or the restrictive default.
     *
     * @param image whether the agent's root is an image's
     */
    LoadResult.Loaded load(PluginHost plugins, Optional<Path> file, boolean image) throws CommandFailure {
        if (file.isPresent()) {
            return usable(
                    PolicyOptions.load(plugins, file.get(), status), file.get().toString());
        }
        return load(plugins, image ? RestrictiveDefault.forImages() : RestrictiveDefault.source());
    }

    /** The policy of this text. */
    LoadResult.Loaded load(PluginHost plugins, PolicySource source) throws CommandFailure {
        return usable(new PolicyLoader(plugins).load(source), source.name());
    }

    private LoadResult.Loaded usable(LoadResult result, String name) throws CommandFailure {
        switch (result) {
            case LoadResult.Loaded loaded ->
                loaded.warnings().forEach(it -> record(ConfigState.VALIDATED, "Policy warning", it));
            case LoadResult.Invalid invalid ->
                invalid.problems().forEach(it -> record(ConfigState.FAILED, "Policy refused", it));
        }
        return PolicyOptions.valid(result, name, console, status);
    }

    private void record(ConfigState state, String what, PolicyProblem problem) {
        events.emit(config.of(
                state,
                what,
                new Fact("place", problem.file() + ":" + problem.line() + ":" + problem.column()),
                new Fact("path", problem.path()),
                new Fact("problem", problem.message())));
    }
}
