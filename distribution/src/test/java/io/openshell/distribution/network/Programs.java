package io.openshell.distribution.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of this machine. */
final class Programs {

    /** The first whose fetch takes its proxy from the environment. */
    private static final int NODE = 24;

    private Programs() {}

    /** A node that is new enough: what {@code OPENSHELL_TEST_NODE} names, else the machine's own. */
    static Optional<Path> node() throws IOException, InterruptedException {
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
    static void npmInstall(String packages, Path into) throws IOException, InterruptedException {
        run("npm install --silent --no-save --no-package-lock --ignore-scripts --no-audit --no-fund " + packages, into);
    }

    /** Puts a file of the test resources into a folder. */
    static Path resource(String name, Path into) throws IOException {
        try (InputStream in = Objects.requireNonNull(Programs.class.getResourceAsStream("/network/" + name))) {
            return Files.write(into.resolve(name), in.readAllBytes());
        }
    }

    /** Runs a shell script that must succeed. */
    static String run(String script, Path directory) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("/bin/sh", "-ec", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(script + ": " + output);
        }
        return output;
    }
}
