package io.openshell.plugin.docker;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.config.Problem;
import io.openshell.plugin.docker.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an engine says of itself. Podman takes half a second for it, so it is asked only by those who need it. */
final class EngineReport {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Whoever may speak there rules this machine, whichever engine is used. */
    private static final List<Path> WELL_KNOWN = List.of(
            Path.of("/run/docker.sock"),
            Path.of("/run/podman/podman.sock"),
            Path.of("/run/containerd/containerd.sock"),
            Path.of("/run/crio/crio.sock"));

    private EngineReport() {}

    /** What it can limit; nothing if it cannot be asked. */
    static Set<Limit> limits(EngineConnection connection) {
        try {
            return limits(connection.engine());
        } catch (ComputeException | IOException e) {
            return EnumSet.noneOf(Limit.class);
        }
    }

    static Set<Limit> limits(Engine engine) throws ComputeException, IOException {
        return engine.dialect().limits(info(engine));
    }

    /** What it cannot limit. An engine that cannot be asked is another problem. */
    static List<Problem> shortcomings(EngineConnection connection) {
        try {
            Engine engine = connection.engine();
            Set<Limit> limits = limits(engine);
            String missing = Stream.of(Limit.values())
                    .filter(limit -> !limits.contains(limit))
                    .map(limit -> limit.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
            return missing.isEmpty()
                    ? List.of()
                    : List.of(new Problem(
                            "limits",
                            engine.dialect().engine() + " cannot limit " + missing + " (expected: limits that can be"
                                    + " set; run the engine as root, or give its user the controllers of version 2)"));
        } catch (ComputeException | IOException e) {
            return List.of();
        }
    }

    /** Why such devices cannot be given. */
    static Optional<String> devicesProblem(EngineConnection connection, List<String> devices) {
        try {
            Engine engine = connection.engine();
            return engine.dialect()
                    .devicesProblem(info(engine), devices)
                    .map(problem -> "gpu: " + devices.getFirst() + ": " + problem);
        } catch (ComputeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Optional.of(
                    "gpu: " + devices.getFirst() + ": " + e.getMessage() + " (expected: an engine's answer)");
        }
    }

    /** The sockets that no container may see. */
    static List<Path> sockets(EngineConnection connection) {
        List<Path> sockets = new ArrayList<>(WELL_KNOWN);
        try {
            sockets.add(connection.engine().failures().socket());
        } catch (ComputeException e) {
            // Then no container is made either.
            return sockets;
        }
        return sockets;
    }

    /** Whose it is, by its socket: an ordinary user's has its containers in a user namespace of that user's. */
    static int user(EngineConnection connection) {
        try {
            return user(connection.engine().failures().socket());
        } catch (ComputeException | IOException e) {
            // Then no container is made either.
            return 0;
        }
    }

    /** Whose the engine is that listens there. */
    static int user(Path socket) throws IOException {
        return (Integer) Files.getAttribute(socket, "unix:uid");
    }

    private static Json info(Engine engine) throws ComputeException {
        return engine.must(engine.dialect().info(), LIMIT, "info", (Json answer) -> answer);
    }
}
