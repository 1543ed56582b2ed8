package io.openshell.distribution.life;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One file, link or folder that the kernel shows of a process. */
record ProcFile(Path path) {

    static ProcFile of(long pid, String name) {
        return new ProcFile(Path.of("/proc", Long.toString(pid), name));
    }

    /** The same of the process that runs the tests. */
    static ProcFile own(String name) {
        return of(ProcessHandle.current().pid(), name);
    }

    /** What it says, without the end of the last line; empty if this kernel does not have it. */
    Optional<String> ifThere() {
        try {
            return Optional.of(
                    new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1).replaceFirst("\n$", ""));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text() {
        return ifThere().orElseThrow(() -> new AssertionError(path + ": not there"));
    }

    List<String> lines() {
        return text().lines().toList();
    }

    /** Where it leads to. */
    String link() {
        return linkIfThere().orElseThrow(() -> new AssertionError(path + ": not there"));
    }

    /** Where it leads to; empty if it has gone. */
    Optional<String> linkIfThere() {
        try {
            return Optional.of(Files.readSymbolicLink(path).toString());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names in it, sorted. */
    List<String> names() {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The user and the group that it belongs to, as this process sees them. */
    String owner() {
        try {
            return Files.getAttribute(path, "unix:uid") + ":" + Files.getAttribute(path, "unix:gid");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
