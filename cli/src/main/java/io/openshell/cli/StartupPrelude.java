package io.openshell.cli;

import io.openshell.supervisor.prelude.LauncherBroker;
import io.openshell.supervisor.prelude.SupervisorPrelude;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The startup prelude of the enforcement order, done before the command line is read. A failure is kept until a command
 * needs the prelude, so that {@code run --help} works where nothing can be run.
 */
final class StartupPrelude implements AutoCloseable {

    private final Optional<SupervisorPrelude> installed;
    private final String failure;

    private StartupPrelude(Optional<SupervisorPrelude> installed, String failure) {
        this.installed = installed;
        this.failure = failure;
    }

    /** For commands that start no sandbox. */
    static StartupPrelude none() {
        return new StartupPrelude(Optional.empty(), "the command's name did not come first");
    }

    static StartupPrelude install(Path launcher) {
        try {
            return new StartupPrelude(Optional.of(SupervisorPrelude.install(launcher)), "");
        } catch (IOException e) {
            return new StartupPrelude(Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    /** What starts launchers from now on. */
    LauncherBroker broker(int status) throws CommandFailure {
        return installed
                .map(SupervisorPrelude::broker)
                .orElseThrow(() -> new CommandFailure(
                        status, failure + " (expected: a kernel with seccomp; 'openshell doctor' says more)"));
    }

    @Override
    public void close() {
        installed.ifPresent(prelude -> prelude.broker().close());
    }
}
