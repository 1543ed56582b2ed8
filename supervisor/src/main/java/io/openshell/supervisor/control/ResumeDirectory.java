package io.openshell.supervisor.control;

import io.openshell.supervisor.libc.NativeLibc;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the sockets lie at which supervisors come back, each named as its sandbox: {@code $XDG_RUNTIME_DIR/openshell},
 * else {@code /run/openshell} for root, else {@code openshell/resume} in the state folder. Only its user can enter it. A
 * name behind which nobody listens is one that a dead process has left; who makes one, or removes one, holds the lock.
 */
final class ResumeDirectory {

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> PRIVATE_FILE = PosixFilePermissions.fromString("rw-------");
    private static final String LOCK = ".lock";

    private final Path directory;

    private ResumeDirectory(Path directory) {
        this.directory = directory;
    }

    /** This user's, which may not be there yet. */
    static ResumeDirectory ofUser(Map<String, String> environment) {
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (runtime.startsWith("/") && isOurs(Path.of(runtime))) {
            return new ResumeDirectory(Path.of(runtime, "openshell"));
        }
        if (NativeLibc.geteuid() == 0 && isOurs(Path.of("/run"))) {
            return new ResumeDirectory(Path.of("/run/openshell"));
        }
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        String home = environment.getOrDefault("HOME", "");
        Path base = state.startsWith("/")
                ? Path.of(state)
                : Path.of(home.startsWith("/") ? home : System.getProperty("user.home"), ".local", "state");
        return new ResumeDirectory(base.resolve("openshell").resolve("resume"));
    }

    Path directory() {
        return directory;
    }

    /** Where a sandbox's socket lies, or would. */
    Path socket(String name) {
        return directory.resolve(name);
    }

    /** The names that there are, sorted; whether anybody listens is another question. */
    List<String> names() throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        requirePrivate();
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (!name.startsWith(".")) {
                    names.add(name);
                }
            }
        }
        return names.stream().sorted().toList();
    }

    /** Makes the directory if need be, and does something that nobody else may do meanwhile. */
    <T> T locked(Action<T> action) throws IOException {
        make();
        try (FileChannel file = FileChannel.open(
                directory.resolve(LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PRIVATE_FILE))) {
            // Goes with the channel.
            FileLock unused = file.lock();
            return action.run();
        }
    }

    private void make() throws IOException {
        Path above = directory.getParent();
        if (above != null) {
            Files.createDirectories(above, PosixFilePermissions.asFileAttribute(PRIVATE));
        }
        try {
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
        } catch (FileAlreadyExistsException e) {
            requirePrivate();
        }
    }

    /** What others could write to, they could replace. */
    private void requirePrivate() throws IOException {
        boolean ours = Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                && isOurs(directory)
                && Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS)
                        .equals(PRIVATE);
        if (!ours) {
            throw new IOException(directory + ": open to others (expected: a folder of this user's with mode 0700)");
        }
    }

    private static boolean isOurs(Path path) {
        try {
            return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                    .equals(NativeLibc.geteuid());
        } catch (IOException e) {
            return false;
        }
    }

    /** What is done under the lock. */
    @FunctionalInterface
    interface Action<T> {
        T run() throws IOException;
    }
}
