package io.openshell.api.compute;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** What the core offers to drivers. Thread-safe. */
public interface ComputeHost {

    /** The static launcher executable on this machine, for drivers that mount or copy it into a workload. */
    Path launcher();

    /**
     * Starts the launcher on this machine, through the process that was set apart for it before the core gave up its
     * own privileges.
     *
     * @param controlSocket the socket that the launcher connects to
     */
    LauncherProcess startLauncher(Path controlSocket) throws ComputeException;

    /**
     * A launcher on this machine.
     *
     * @param pid its process id here
     * @param exit completed with its exit status (128 + signal number if a signal ended it) when it has ended
     */
    record LauncherProcess(long pid, CompletableFuture<Integer> exit) {}
}
