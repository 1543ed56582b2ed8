package io.openshell.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of this machine and of the test resources. */
public final class Programs {

    /** The first whose fetch takes its proxy from the environment. */
    private static final int NODE = 24;

    private Programs() {}

    /** Runs a shell script that must succeed, and returns what it wrote. */
    public static String run(String script, Path directory) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("/bin/sh", "-ec", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(script + ": " + output);
        }
        return output;
    }

    /** A node that is new enough: what {@code OPENSHELL_TEST_NODE} names, else the machine's own. */
    public static Optional<Path> node() throws IOException, InterruptedException {
        String named = System.getenv().getOrDefault("OPENSHELL_TEST_NODE", "");
        for (Path candidate : Stream.of(named, "/usr/local/bin/node", "/usr/bin/node")
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .filter(Files::isExecutable)
                .toList()) {
            String version = run(candidate + " --version", Path.of("/"));
            if (Integer.parseInt(version.replaceFirst("(?s)v(\\d+).*", "$1")) >= NODE) {
                return Optional.of(candidate.toRealPath());
            }
        }
        return Optional.empty();
    }

    /**
     * Installs packages of npm's registry into a folder's {@code node_modules}; none of their scripts runs.
     *
     * @param packages with versions, parted by spaces
     */
    public static void npmInstall(String packages, Path into) throws IOException, InterruptedException {
        run("npm install --silent --no-save --no-package-lock --ignore-scripts --no-audit --no-fund " + packages, into);
    }

    /** Copies a test resource into a folder, for everybody to read and execute. */
    public static Path copy(String resource, Path folder) throws IOException {
        Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
        try (InputStream in = Objects.requireNonNull(Programs.class.getResourceAsStream(resource), resource)) {
            Files.write(file, in.readAllBytes());
        }
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Compiles a C program of the test resources into a folder; it needs no library where it runs. */
    public static Path compile(String resource, Path folder) throws IOException, InterruptedException {
        Path source = copy(resource, folder);
        Path program = Path.of(source.toString().replaceFirst("\\.c$", ""));
        run("gcc -O1 -Wall -Werror -static -o " + program + " " + source, folder);
        return program;
    }
}
