package io.openshell.api.compute;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox's workload to be.
 *
 * @param id unique and stable; 1 to 63 characters of {@code [a-z0-9-]}
 * @param name what people call it, of the same characters
 * @param image the image to run in, or {@code null} on platforms without images
 * @param controlSocket the socket that the launcher must reach, on this machine
 * @param labels marks that the platform keeps with the workload
 * @param environment variables of the launcher, never a secret; the agent's come over the control socket
 * @param resources the limits asked for
 * @param user the user id that the agent runs as
 * @param group the group id that the agent runs as
 */
public record SandboxRequest(
        String id,
        String name,
        @Nullable String image,
        Path controlSocket,
        Map<String, String> labels,
        Map<String, String> environment,
        Resources resources,
        int user,
        int group) {

    public SandboxRequest {
        labels = Map.copyOf(labels);
        environment = Map.copyOf(environment);
    }

    /**
     * Limits; {@code null} leaves one to the platform.
     *
     * @param pids processes and threads at the same time
     * @param memoryBytes memory in bytes
     * @param cpus processors, as in 0.5
     */
    public record Resources(
            @Nullable Integer pids,
            @Nullable Long memoryBytes,
            @Nullable Double cpus) {

        /** No limit asked for. */
        public static final Resources UNLIMITED = new Resources(null, null, null);
    }
}
