package io.openshell.plugin.local;

import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.ComputeException.Kind;
import io.openshell.api.compute.ComputeHost;
import java.io.IOException;
import java.nio.file.Path;

/** Starts a real process that does nothing where the core would start a launcher. */
final class SleepingHost implements ComputeHost {

    @Override
    public Path launcher() {
        return Path.of("/bin/sleep");
    }

    @Override
    public LauncherProcess startLauncher(Path controlSocket) throws ComputeException {
        try {
            Process process = new ProcessBuilder("sleep", "600").start();
            return new LauncherProcess(process.pid(), process.onExit().thenApply(Process::exitValue));
        } catch (IOException e) {
            throw new ComputeException(Kind.INTERNAL, "sleep: " + e.getMessage(), e);
        }
    }
}
