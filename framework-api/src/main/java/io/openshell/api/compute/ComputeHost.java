package io.openshell.api.compute;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the core offers to drivers. Thread-safe. */
public interface ComputeHost {

    /** The static launcher executable on this machine, for drivers that mount or copy it into a workload. */
    Path launcher();

    /**
     * The arguments, after the executable's own name, with which the launcher is started.
     *
     * @param controlSocket where the workload sees the control socket
     */
    default List<String> launcherArguments(Path controlSocket) {
        return List.of("--control", controlSocket.toString());
    }

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
