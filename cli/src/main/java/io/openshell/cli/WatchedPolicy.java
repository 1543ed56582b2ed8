package io.openshell.cli;

import io.openshell.api.compute.SandboxRequest.Mount;
import io.openshell.core.policy.Policy;
import io.openshell.supervisor.control.KeptState.PolicyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A policy's file to follow while a sandbox runs.
 *
 * @param file absolute
 * @param shared folders and files of this machine that the agent may write to: its working directory, mounts
 * @param readWrite the paths of the policy that it may write to, which are an image's if it has one; the same as long as the
 *     sandbox runs
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

    /** The one that a command line wants followed, out of the agent's reach. */
    static Optional<WatchedPolicy> of(RunOptions options, Policy policy, int status) throws CommandFailure {
        if (!options.watchPolicy()) {
            return Optional.empty();
        }
        WatchedPolicy watched = new WatchedPolicy(
                options.policy().orElseThrow().toAbsolutePath(),
                shared(options),
                options.image().isPresent() ? List.of() : policy.filesystem().readWrite());
        watched.requireOutOfReach(status);
        return Optional.of(watched);
    }

    /** What of this machine the agent may write to, besides what the policy says. */
    private static List<Path> shared(RunOptions options) {
        Stream<Path> mounts = options.container().mounts().stream()
                .filter(mount -> !mount.readOnly())
                .map(Mount::source);
        return Stream.concat(options.workdir().stream(), mounts).toList();
    }

    static WatchedPolicy of(PolicyFile kept, List<String> readWrite) {
        return new WatchedPolicy(
                Path.of(kept.file()), kept.shared().stream().map(Path::of).toList(), readWrite);
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
