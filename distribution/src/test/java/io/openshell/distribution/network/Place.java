package io.openshell.distribution.network;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.openshell.distribution.Programs;
import io.openshell.testkit.ContainerEngine;
import io.openshell.testkit.ContainerEngine.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a sandbox runs: on this machine's own files, or in an image of an engine.
 *
 * @param kind the engine; none for this machine's own files
 * @param image what the image is like: glibc, musl, distroless
 */
record Place(Optional<Kind> kind, String image) {

    private static final String IMAGE_NAME = "openshell-it-";
    private static boolean imagesMade;

    /** Every driver, and with each engine every image. */
    static Stream<Place> all() {
        return Stream.concat(
                Stream.of(new Place(Optional.empty(), "files")),
                Stream.of(Kind.values())
                        .flatMap(kind -> Stream.of("glibc", "musl", "distroless")
                                .map(image -> new Place(Optional.of(kind), image))));
    }

    /** The calling test is skipped if an engine is missing. */
    static void assumeEngines() {
        for (Kind kind : Kind.values()) {
            Optional<String> missing = ContainerEngine.missing(kind);
            assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        }
    }

    /** Makes the images in both engines, once for all tests of this process. */
    static synchronized void makeImages() throws IOException, InterruptedException {
        if (imagesMade) {
            return;
        }
        Path images = Files.createTempDirectory("openshell-images-");
        try {
            compileAgent(images.resolve("agent"), images);
            Programs.run("sh " + Programs.copy("/network/container_images.sh", images) + " " + images, images);
            for (Kind kind : Kind.values()) {
                importImages(ContainerEngine.shared(kind), images);
            }
        } finally {
            Programs.run("rm -rf " + images, Path.of("/"));
        }
        imagesMade = true;
    }

    private static void importImages(ContainerEngine engine, Path images) throws IOException {
        engine.importImage(
                IMAGE_NAME + "glibc", images.resolve("glibc"), "ENV OF_IMAGE=yes", "ENV HTTPS_PROXY=http://evil:1");
        engine.importImage(IMAGE_NAME + "musl", images.resolve("musl"));
        engine.importImage(IMAGE_NAME + "distroless", images.resolve("distroless"));
        engine.importImage(IMAGE_NAME + "node", images.resolve("musl"), "USER 1000:1001", "WORKDIR /work");
        engine.importImage(
                IMAGE_NAME + "places", images.resolve("places"), "USER 1000:1001", "WORKDIR /deep/work/place");
        engine.importImage(IMAGE_NAME + "kernel", images.resolve("places"), "USER 1000:1001", "WORKDIR /proc/sys");
        engine.importImage(IMAGE_NAME + "linked", images.resolve("places"), "USER 1000:1001", "WORKDIR /link/work");
        engine.importImage(IMAGE_NAME + "root", images.resolve("musl"), "USER root");
    }

    /** Makes the agent that any image can run; see {@code agent.c}. */
    static void compileAgent(Path program, Path folder) throws IOException, InterruptedException {
        Path source = Programs.copy("/network/agent.c", folder);
        Programs.run("cc -std=gnu11 -O1 -static -s -w -o " + program + " " + source + " -lssl -lcrypto", folder);
    }

    String driver() {
        return kind.map(it -> it.name().toLowerCase(Locale.ROOT)).orElse("local");
    }

    /** What an agent finds in the variables of its proxy. */
    String proxy() {
        return kind.isPresent() ? "http://127.0.0.1:3128" : "http://10.200.0.1:3128";
    }

    /** A program that is in every image, and in the working folder for this machine's own files. */
    String program(String name) {
        return kind.isPresent() ? "/usr/bin/" + name : "/sandbox/" + name;
    }

    /** Has an agent run here. */
    Agent choose(Agent agent) throws IOException {
        // The engines of today cannot show a folder of root's as the agent's.
        Files.setPosixFilePermissions(agent.workdir(), PosixFilePermissions.fromString("rwxrwxrwx"));
        return kind.isPresent() ? choose(agent, kind.get(), IMAGE_NAME + image) : agent.option("--driver", "local");
    }

    /** Has an agent run in any image. */
    static Agent choose(Agent agent, Kind kind, String image) throws IOException {
        String variable = kind == Kind.DOCKER ? "DOCKER_HOST" : "CONTAINER_HOST";
        return agent.environment(
                        variable, "unix://" + ContainerEngine.shared(kind).socket())
                .option("--driver", kind.name().toLowerCase(Locale.ROOT))
                .option("--image", image);
    }

    @Override
    public String toString() {
        return driver() + " " + image;
    }
}
