package io.openshell.supervisor.control;

import io.openshell.supervisor.libc.NativeLibc;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Directories for control sockets: under {@code XDG_RUNTIME_DIR}, else {@code /run} for root, else {@code TMPDIR}, else
 * the JVM's temporary directory. The name says which process made one (its pid, its start time, and which pid namespace counts so), so that
 * the directory of a dead process can be told from one in use.
 */
final class ControlDirectory {

    private static final String PREFIX = "openshell-";
    private static final Pattern NAME = Pattern.compile("openshell-(\\d+)-(\\d+)-(\\d+)-[0-9a-f]{8}");

    private ControlDirectory() {}

    /** Sweeps away those of dead processes, and makes a new one. */
    static Path create() throws IOException {
        Path base = base();
        try {
            sweep(base);
            return create(base);
        } catch (AccessDeniedException e) {
            throw refused(base, "permission denied", e);
        } catch (FileSystemException e) {
            throw refused(base, e.getReason() == null ? "not there" : e.getReason(), e);
        }
    }

    private static Path create(Path base) throws IOException {
        String name = PREFIX + namespace() + "-" + ProcessHandle.current().pid() + "-" + startTime("self") + "-"
                + UUID.randomUUID().toString().substring(0, 8);
        return Files.createDirectory(
                base.resolve(name), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static IOException refused(Path base, String reason, IOException cause) {
        return new IOException(
                "control socket: " + base + ": " + reason
                        + " (expected: a directory to write to; XDG_RUNTIME_DIR or TMPDIR names another)",
                cause);
    }

    /** Removes the directories of processes that are no more. */
    static void sweep(Path base) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(base, PREFIX + "*")) {
            for (Path entry : entries) {
                if (isAbandoned(entry)) {
                    Files.deleteIfExists(entry.resolve("control"));
                    Files.deleteIfExists(entry);
                }
            }
        }
    }

    private static boolean isAbandoned(Path directory) throws IOException {
        Matcher name = NAME.matcher(directory.getFileName().toString());
        if (!name.matches()
                || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                || !isOurs(directory)
                || !name.group(1).equals(namespace())) {
            return false;
        }
        return !name.group(3).equals(startTime(name.group(2)));
    }

    private static Path base() {
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime != null && runtime.startsWith("/") && isUsable(Path.of(runtime))) {
            return Path.of(runtime);
        }
        Path run = Path.of("/run");
        if (NativeLibc.geteuid() == 0 && isUsable(run)) {
            return run;
        }
        String temporary = System.getenv("TMPDIR");
        return Path.of(
                temporary != null && temporary.startsWith("/")
                        ? temporary
                        : System.getProperty("java.io.tmpdir", "/tmp"));
    }

    private static boolean isUsable(Path directory) {
        return Files.isDirectory(directory) && isOurs(directory) && Files.isWritable(directory);
    }

    private static boolean isOurs(Path path) {
        try {
            Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            return owner.equals(NativeLibc.geteuid());
        } catch (IOException e) {
            return false;
        }
    }

    /** The number of our pid namespace, from a link such as {@code pid:[4026531836]}. */
    private static String namespace() throws IOException {
        String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        return link.substring(link.indexOf('[') + 1, link.indexOf(']'));
    }

    /** Field 22 of {@code /proc/PID/stat}; {@code null} if there is no such process. */
    private static @Nullable String startTime(String pid) {
        try {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[22 - 3];
        } catch (IOException e) {
            return null;
        }
    }
}
