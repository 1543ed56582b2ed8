package io.openshell.supervisor.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A listening control socket in a directory of its own that only our user can enter. The directory goes as soon as the
 * launcher is connected, so that nothing is left behind if this process is killed later; one that was killed before is
 * swept away by the next start ({@link ControlDirectory}).
 */
public final class ControlSocket implements AutoCloseable {

    private final Path directory;
    private final Path path;
    private final NativeUnixSocket listener;

    private ControlSocket(Path directory, Path path, NativeUnixSocket listener) {
        this.directory = directory;
        this.path = path;
        this.listener = listener;
    }

    /** Makes the directory and listens. */
    public static ControlSocket open() throws IOException {
        Path directory = ControlDirectory.create();
        Path path = directory.resolve("control");
        try {
            return new ControlSocket(directory, path, NativeUnixSocket.listen(path));
        } catch (IOException e) {
            Files.deleteIfExists(path);
            Files.deleteIfExists(directory);
            throw e;
        }
    }

    Path directory() {
        return directory;
    }

    /** What the launcher connects to. */
    public Path path() {
        return path;
    }

    /**
     * Waits for the launcher, then removes the socket from the file system.
     *
     * @param name the sandbox's
     * @throws IOException if nobody connects in time, or {@link #stopWaiting()} was called
     */
    public LauncherConnection accept(String name, Duration atMost) throws IOException {
        NativeUnixSocket accepted = listener.accept(atMost)
                .orElseThrow(() -> new IOException("launcher: did not connect (expected: within " + atMost.toSeconds()
                        + " s; it may have ended at once, see its own message)"));
        try {
            close();
        } catch (IOException e) {
            accepted.close();
            throw e;
        }
        return LauncherConnection.begin(name, accepted);
    }

    /** Wakes {@link #accept}: the launcher has ended without connecting. */
    public void stopWaiting() {
        listener.hangUp();
    }

    /** Stops listening and removes the directory; a second call does nothing. */
    @Override
    public void close() throws IOException {
        listener.close();
        Files.deleteIfExists(path);
        Files.deleteIfExists(directory);
    }
}
