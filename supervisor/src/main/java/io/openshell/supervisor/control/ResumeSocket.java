package io.openshell.supervisor.control;

import io.openshell.supervisor.libc.NativeDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The name of the socket at which a supervisor comes back to a sandbox. The launcher listens; this is the name alone, which
 * the launcher cannot reach from inside, so the supervisor removes it.
 */
public final class ResumeSocket {

    private static final Duration HELLO_LIMIT = Duration.ofSeconds(10);
    private static final int BACKLOG = 8;
    private static final String OWN_PID_NAMESPACE = "/proc/self/ns/pid";

    private final ResumeDirectory directory;
    private final String name;
    private final Object inode;

    private ResumeSocket(ResumeDirectory directory, String name) throws IOException {
        this.directory = directory;
        this.name = name;
        this.inode = inode(directory.socket(name));
    }

    /**
     * Makes a socket and hands over what listens there.
     *
     * @throws IOException if a sandbox of this name runs already, or the directory cannot be used
     */
    public static Listening listen(String name, Map<String, String> environment) throws IOException {
        ResumeDirectory directory = ResumeDirectory.ofUser(environment);
        return directory.locked(() -> {
            Path path = directory.socket(name);
            if (isAlive(path)) {
                throw new IOException("--name: " + name + " (expected: a name that no resumable sandbox has; "
                        + "'openshell resume' lists them)");
            }
            Files.deleteIfExists(path);
            NativeDescriptor home = home();
            try {
                NativeUnixSocket listener = NativeUnixSocket.listen(path, BACKLOG);
                return new Listening(new ResumeSocket(directory, name), listener, home);
            } catch (IOException e) {
                home.close();
                throw e;
            }
        });
    }

    /** The pid namespace that this process lives in: what supervisors have in common, and no sandbox can show. */
    static NativeDescriptor home() throws IOException {
        return NativeDescriptor.openToRead(OWN_PID_NAMESPACE);
    }

    /**
     * Knocks at a sandbox, and waits for its first word.
     *
     * @throws ResumeRefusedException if it has a supervisor, or is not this user's
     * @throws IOException if there is no such sandbox
     */
    public static Knocked knock(String name, Map<String, String> environment) throws IOException {
        ResumeDirectory directory = ResumeDirectory.ofUser(environment);
        Path path = directory.socket(name);
        LauncherConnection launcher;
        try {
            launcher = LauncherConnection.knock(name, path);
        } catch (IOException e) {
            throw new IOException(
                    name + ": not there (expected: a sandbox of 'openshell run --resumable' that still runs;"
                            + " 'openshell resume' lists them)",
                    e);
        }
        try {
            return new Knocked(launcher, launcher.hello(HELLO_LIMIT), new ResumeSocket(directory, name));
        } catch (IOException e) {
            launcher.close();
            throw e;
        }
    }

    /** The sandboxes that can be resumed, by name. Names behind which nobody listens are removed. */
    public static List<Resumable> list(Map<String, String> environment) throws IOException {
        ResumeDirectory directory = ResumeDirectory.ofUser(environment);
        List<Resumable> found = new ArrayList<>();
        for (String name : directory.names()) {
            Path path = directory.socket(name);
            if (!isAlive(path)) {
                directory.locked(() -> isAlive(path) || Files.deleteIfExists(path));
                continue;
            }
            resumable(name, path, environment).ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    /** Removes the name, if it is still that of this sandbox. */
    public void remove() throws IOException {
        directory.locked(() -> {
            Path path = directory.socket(name);
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    && inode(path).equals(inode)
                    && Files.deleteIfExists(path);
        });
    }

    private static Optional<Resumable> resumable(String name, Path path, Map<String, String> environment) {
        try {
            knock(name, environment).launcher().close();
            return Optional.of(new Resumable(
                    name,
                    Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant()));
        } catch (IOException e) {
            // It has a supervisor, or has ended just now.
            return Optional.empty();
        }
    }

    private static boolean isAlive(Path path) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            NativeUnixSocket.connect(path).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Object inode(Path path) throws IOException {
        try {
            return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            throw new IOException(path + ": gone (expected: a socket)", e);
        }
    }

    /** A socket that listens: its name, and the descriptors that the launcher gets. */
    public static final class Listening implements AutoCloseable {

        private final ResumeSocket socket;
        private final NativeUnixSocket listener;
        private final NativeDescriptor home;

        private Listening(ResumeSocket socket, NativeUnixSocket listener, NativeDescriptor home) {
            this.socket = socket;
            this.listener = listener;
            this.home = home;
        }

        /** Its name. */
        public ResumeSocket socket() {
            return socket;
        }

        /** The descriptors' numbers: what listens, and the pid namespace from which somebody may come. */
        List<Integer> numbers() {
            return List.of(listener.number(), home.number());
        }

        /** Stops listening here; a launcher that has the descriptor goes on. */
        @Override
        public void close() {
            listener.close();
            home.close();
        }
    }

    /**
     * A launcher that waits for a supervisor.
     *
     * @param launcher the conversation; whoever takes this closes it
     * @param hello its first word
     * @param socket the name that it listens at
     */
    public record Knocked(LauncherConnection launcher, LauncherMessage.Hello hello, ResumeSocket socket) {}

    /**
     * A sandbox that can be resumed.
     *
     * @param name what people call it
     * @param since when it was started
     */
    public record Resumable(String name, Instant since) {}
}
