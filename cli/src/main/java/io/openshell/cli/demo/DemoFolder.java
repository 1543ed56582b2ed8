package io.openshell.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A folder for the upstream's key, gone after the tour. */
final class DemoFolder implements AutoCloseable {

    private static final List<String> VARIABLES = List.of("XDG_RUNTIME_DIR", "TMPDIR");
    private static final String PREFIX = "openshell-demo-";

    private final Path path;

    private DemoFolder(Path path) {
        this.path = path;
    }

    /** Makes one where the user's runtime files belong, else where temporary files do. */
    static DemoFolder create(Map<String, String> environment) throws IOException {
        for (String variable : VARIABLES) {
            Path base = Path.of(environment.getOrDefault(variable, ""));
            if (base.isAbsolute() && Files.isDirectory(base) && Files.isWritable(base)) {
                return new DemoFolder(Files.createTempDirectory(base, PREFIX));
            }
        }
        try {
            return new DemoFolder(Files.createTempDirectory(PREFIX));
        } catch (IOException e) {
            throw new IOException(
                    System.getProperty("java.io.tmpdir") + ": cannot be written to (expected: a folder for temporary"
                            + " files; XDG_RUNTIME_DIR or TMPDIR names another)",
                    e);
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.list(path)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(path);
    }
}
