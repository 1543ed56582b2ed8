package io.openshell.plugin.docker;

import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.ComputeHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Offers a launcher that connects to its control socket and then does nothing. */
record WaitingLauncher(Path launcher) implements ComputeHost {

    /** Compiles it. */
    static WaitingLauncher compile() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("waiting-launcher-");
        Path executable = folder.resolve("launcher");
        Path source = Path.of("src/test/resources/waiting-launcher.c");
        Process compiler = new ProcessBuilder("gcc", "-static", "-O1", "-o", executable.toString(), source.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (compiler.waitFor() != 0) {
            throw new IOException(output);
        }
        executable.toFile().deleteOnExit();
        folder.toFile().deleteOnExit();
        return new WaitingLauncher(executable);
    }

    @Override
    public LauncherProcess startLauncher(Path controlSocket) throws ComputeException {
        throw new ComputeException(ComputeException.Kind.INTERNAL, "a container's launcher is the engine's to start");
    }
}
