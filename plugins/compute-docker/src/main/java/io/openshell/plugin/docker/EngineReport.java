package io.openshell.plugin.docker;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.config.Problem;
import io.openshell.plugin.docker.http.HttpRequest;
import io.openshell.plugin.docker.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

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
        Set<Limit> limits = EnumSet.noneOf(Limit.class);
        try {
            Json info = info(connection.engine());
            for (Limit limit : Limit.values()) {
                if (info.at(key(limit)).flag()) {
                    limits.add(limit);
                }
            }
            return limits;
        } catch (ComputeException | IOException e) {
            return EnumSet.noneOf(Limit.class);
        }
    }

    /** What it cannot limit. An engine that cannot be asked is another problem. */
    static List<Problem> shortcomings(EngineConnection connection) {
        List<Problem> problems = new ArrayList<>();
        try {
            Engine engine = connection.engine();
            Json info = info(engine);
            for (Limit limit : Limit.values()) {
                if (!info.at(key(limit)).flag()) {
                    problems.add(new Problem(
                            "limits." + limit.name().toLowerCase(Locale.ROOT),
                            engine.dialect().engine() + " cannot limit it (expected: a limit that can be set; run the"
                                    + " engine as root, or give its user the controllers of version 2)"));
                }
            }
            return problems;
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

    private static String key(Limit limit) {
        return switch (limit) {
            case PIDS -> "PidsLimit";
            case MEMORY -> "MemoryLimit";
            case CPU -> "CpuCfsQuota";
        };
    }

    private static Json info(Engine engine) throws ComputeException {
        return engine.must(
                HttpRequest.get(engine.dialect().prefix() + "/info"), LIMIT, "info", (Json answer) -> answer);
    }
}
