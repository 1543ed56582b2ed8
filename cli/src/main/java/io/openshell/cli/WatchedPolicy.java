package io.openshell.cli;

import io.openshell.core.policy.Policy;
import io.openshell.supervisor.control.KeptState.PolicyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A policy's file to follow while a sandbox runs.
 *
 * @param file absolute
 * @param shared folders and files of this machine that the agent may write to: its working directory, mounts
 * @param readWrite the paths of the policy that it may write to; the same as long as the sandbox runs
 */
record WatchedPolicy(Path file, List<Path> shared, List<String> readWrite) {

    WatchedPolicy {
        shared = List.copyOf(shared);
        readWrite = List.copyOf(readWrite);
    }

    /** What is wrong if the agent could change its own policy. */
    Optional<String> withinReach() {
        try {
            return DecidingFolders.withinReach(file, shared, readWrite)
                    .map(place -> file + ": can be changed through " + place
                            + ", where the agent may write (expected: a file out of the agent's reach)");
        } catch (IOException e) {
            return Optional.of(file + ": " + e.getMessage() + " (expected: a readable file)");
        }
    }

    static WatchedPolicy of(PolicyFile kept, Policy policy) {
        return new WatchedPolicy(
                Path.of(kept.file()),
                kept.shared().stream().map(Path::of).toList(),
                policy.filesystem().readWrite());
    }

    /** For a supervisor that comes back. */
    PolicyFile kept() {
        return new PolicyFile(
                file.toString(), shared.stream().map(Path::toString).toList());
    }

    /** Refuses a file that the agent could change. */
    void requireOutOfReach(int status) throws CommandFailure {
        Optional<String> reach = withinReach();
        if (reach.isPresent()) {
            throw new CommandFailure(status, "--watch-policy: " + reach.get());
        }
    }
}
