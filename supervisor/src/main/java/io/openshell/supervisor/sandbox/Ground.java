package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.SandboxRequest;
import io.openshell.supervisor.control.LaunchRefusedException;
import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.control.SupervisorMessage.PlacedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a sandbox stands on: this machine's own files, or an image's. Only one differs from the other. */
sealed interface Ground permits HostGround, ContainerGround {

    /** The id of its image, or {@code null} if it has none. */
    @Nullable
    String image();

    /** What the driver is to know of it, in addition. */
    SandboxRequest refine(SandboxRequest request);

    /** The ids that the agent will have, or 0 where only the image knows. */
    long user();

    /** As {@link #user()}. */
    long group();

    /**
     * What the launcher is told.
     *
     * @param launcher one that waits to be told
     * @param trustFiles the files by which programs trust the sandbox's authority
     */
    Prepared prepare(LauncherConnection launcher, List<PlacedFile> trustFiles) throws IOException, SandboxException;

    /** Why the launcher could not build on it, for whoever has never heard of what failed. */
    default String explain(LaunchRefusedException refusal) {
        return String.valueOf(refusal.getMessage());
    }

    /** The working directory if it is root's, who appears as the agent in it. */
    Optional<Path> rootsWorkdir() throws IOException;

    /**
     * A sandbox that is to be launched.
     *
     * @param identity who the agent is
     * @param place where it finds itself
     * @param plan what holds for it
     */
    record Prepared(AgentIdentity identity, AgentPlace place, LaunchPlan plan) {}

    /** The folder of this machine that the agent works in, without symbolic links; empty for a fresh one. */
    static Optional<Path> workdir(SandboxSpec spec) throws SandboxException {
        if (spec.workdir().isEmpty()) {
            return Optional.empty();
        }
        Path wanted = spec.workdir().get();
        try {
            Path real = wanted.toRealPath();
            // The whole machine is no project.
            if (Files.isDirectory(real) && real.getParent() != null) {
                return Optional.of(real);
            }
        } catch (IOException e) {
            throw new SandboxException("workdir: " + wanted + " (expected: a directory of this machine)", e);
        }
        throw new SandboxException("workdir: " + wanted + " (expected: a directory, and not /)", null);
    }
}
