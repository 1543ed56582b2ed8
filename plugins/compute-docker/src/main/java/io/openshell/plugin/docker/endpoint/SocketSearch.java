package io.openshell.plugin.docker.endpoint;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Looks where the commands of the engines look, in their order. */
public final class SocketSearch {

    private static final String UNIX = "unix://";
    private static final String DOCKER_HOST = "DOCKER_HOST";
    private static final String CONTAINER_HOST = "CONTAINER_HOST";

    private SocketSearch() {}

    /** Docker: {@code DOCKER_HOST}, then a context, then the machine's socket or this user's own. */
    public static EngineSocket docker(Surroundings around) {
        Optional<String> host = around.variable(DOCKER_HOST);
        if (host.isPresent()) {
            return address(host.get(), DOCKER_HOST);
        }
        DockerContexts contexts = new DockerContexts(around);
        try {
            Optional<DockerContexts.Chosen> chosen = contexts.chosen();
            if (chosen.isPresent()) {
                return address(
                        contexts.host(chosen.get()), "context " + chosen.get().name());
            }
        } catch (UnusableContextException e) {
            return new EngineSocket.Unusable(String.valueOf(e.getMessage()));
        }
        return firstOf(List.of(
                around.systemSocket("var/run/docker.sock"), around.userSockets().resolve("docker.sock")));
    }

    /** Podman: {@code CONTAINER_HOST}, then the socket of this user, then of the machine. */
    public static EngineSocket podman(Surroundings around) {
        Optional<String> host = around.variable(CONTAINER_HOST);
        if (host.isPresent()) {
            return address(host.get(), CONTAINER_HOST);
        }
        Path system = around.systemSocket("run/podman/podman.sock");
        Path own = around.userSockets().resolve("podman/podman.sock");
        return firstOf(around.user() == 0 ? List.of(system, own) : List.of(own, system));
    }

    /** The first that this user may use; else the first that is there; else the first. */
    private static EngineSocket firstOf(List<Path> candidates) {
        Path found = candidates.stream()
                .filter(Files::isWritable)
                .findFirst()
                .or(() -> candidates.stream().filter(Files::exists).findFirst())
                .orElse(candidates.getFirst());
        return new EngineSocket.At(found, "the default");
    }

    private static EngineSocket address(String value, String origin) {
        if (!value.startsWith(UNIX + "/")) {
            return new EngineSocket.Unusable(origin + ": " + value
                    + " (expected: unix:///PATH; the launcher and the control socket are this machine's, so the engine"
                    + " must be too)");
        }
        try {
            return new EngineSocket.At(Path.of(value.substring(UNIX.length())), origin);
        } catch (InvalidPathException e) {
            return new EngineSocket.Unusable(origin + ": no path (expected: unix:///PATH)");
        }
    }
}
