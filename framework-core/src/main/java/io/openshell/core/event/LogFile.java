package io.openshell.core.event;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file that lines are appended to, for its owner's eyes only, or one such file for each day (UTC). A batch is one write
 * at the file's end, so that two processes can share a file. After a failure the file is opened anew for the next batch,
 * and a line that was left unfinished is ended first.
 */
final class LogFile {

    /** How many daily files are kept, today's among them. */
    static final int KEPT = 3;

    private final String name;
    private final Supplier<Path> current;
    private final @Nullable Rotation rotation;
    private @Nullable Path openPath;
    private @Nullable FileChannel channel;
    private boolean unfinishedLine;

    private LogFile(String name, Supplier<Path> current, @Nullable Rotation rotation) {
        this.name = name;
        this.current = current;
        this.rotation = rotation;
    }

    static LogFile single(Path file) {
        return new LogFile(file.toString(), () -> file, null);
    }

    static LogFile daily(Path directory, String prefix, InstantSource clock) {
        Rotation rotation = new Rotation(directory, prefix);
        return new LogFile(
                directory.resolve(prefix).toString(),
                () -> rotation.file(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)),
                rotation);
    }

    String name() {
        return name;
    }

    /** Opens the file, which {@link #append} does too when it has to. */
    void open() throws IOException {
        open(current.get());
    }

    /** Appends whole lines. */
    void append(CharSequence lines) throws IOException {
        Path path = current.get();
        FileChannel open = channel;
        if (open == null || !path.equals(openPath)) {
            open = open(path);
        }
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(unfinishedLine ? "\n" + lines : lines.toString());
        try {
            while (bytes.hasRemaining()) {
                open.write(bytes);
            }
            unfinishedLine = false;
        } catch (IOException failure) {
            unfinishedLine |= bytes.position() > 0;
            closeQuietly(failure);
            throw failure;
        }
    }

    void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    private FileChannel open(Path path) throws IOException {
        close();
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        // A file that the user names may be a link or a device; a name that we make up is no one else's to redirect.
        Set<OpenOption> options = rotation == null
                ? Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                : Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
        FileChannel opened = FileChannel.open(
                path, options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        channel = opened;
        openPath = path;
        if (rotation != null) {
            rotation.removeOld();
        }
        return opened;
    }

    private void closeQuietly(IOException cause) {
        try {
            close();
        } catch (IOException another) {
            cause.addSuppressed(another);
        }
    }

    /** Names of daily files, and which of them are old. */
    private record Rotation(Path directory, String prefix) {

        Path file(LocalDate day) {
            return directory.resolve(prefix + "." + day + ".log");
        }

        /** Names sort as their days do. */
        void removeOld() throws IOException {
            Pattern ours = Pattern.compile(Pattern.quote(prefix) + "\\.\\d{4}-\\d{2}-\\d{2}\\.log");
            List<Path> newestFirst;
            try (Stream<Path> files = Files.list(directory)) {
                newestFirst = files.filter(file ->
                                ours.matcher(String.valueOf(file.getFileName())).matches())
                        .sorted(Comparator.reverseOrder())
                        .toList();
            }
            for (Path old : newestFirst.subList(Math.min(KEPT, newestFirst.size()), newestFirst.size())) {
                Files.deleteIfExists(old);
            }
        }
    }
}
