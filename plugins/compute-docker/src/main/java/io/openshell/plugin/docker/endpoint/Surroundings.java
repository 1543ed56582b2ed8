package io.openshell.plugin.docker.endpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What says where engines listen.
 *
 * @param environment the variables of this process
 * @param user the number of the user that this process runs as
 * @param root where {@code /run} and {@code /var} are
 */
public record Surroundings(Map<String, String> environment, long user, Path root) {

    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Those of this process. */
    public static Surroundings ofThisProcess() {
        return new Surroundings(System.getenv(), userOfThisProcess(), Path.of("/"));
    }

    private static long userOfThisProcess() {
        try {
            return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
        } catch (IOException | UnsupportedOperationException e) {
            // Nobody's folders then.
            return -1;
        }
    }

    /** A variable that is set, and not to nothing. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** The folder of this user's own sockets. */
    Path userSockets() {
        return variable("XDG_RUNTIME_DIR").map(Path::of).orElseGet(() -> root.resolve("run/user/" + user));
    }

    /** A socket of the whole machine. */
    Path systemSocket(String path) {
        return root.resolve(path);
    }
}
