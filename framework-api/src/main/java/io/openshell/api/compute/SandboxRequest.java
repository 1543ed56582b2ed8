package io.openshell.api.compute;

import io.openshell.api.credential.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox's workload to be.
 *
 * @param id unique and stable; 1 to 63 characters of {@code [a-z0-9-]}
 * @param name what people call it, of the same characters
 * @param image the image to run in, by the id that {@link ComputeDriver#image} has told where the platform has it; {@code
 *     null} on platforms without images
 * @param controlSocket the socket that the launcher must reach, on this machine
 * @param labels marks that the platform keeps with the workload
 * @param environment variables of the launcher, never a secret; the agent's come over the control socket
 * @param resources the limits asked for
 * @param user the user id that the agent runs as, 1 to 4294967294; 0 if the image's own accounts say so later, to the
 *     launcher
 * @param group the group id that the agent runs as; as with {@code user}
 * @param sidecar the supervisor to be started beside the launcher; there exactly if the driver's link is {@link
 *     Capabilities.Link#SIDECAR}
 * @param mounts files and folders of this machine that the workload sees
 * @param devices devices that the workload gets, by the names of the Container Device Interface ({@code
 *     nvidia.com/gpu=all})
 */
public record SandboxRequest(
        String id,
        String name,
        @Nullable String image,
        Path controlSocket,
        Map<String, String> labels,
        Map<String, String> environment,
        Resources resources,
        long user,
        long group,
        @Nullable Sidecar sidecar,
        List<Mount> mounts,
        List<String> devices) {

    /**
     * The label that says how long a workload is wanted. With {@link #WHILE_PROCESS_LIVES}, what is left of it is nobody's
     * once it has ended and the process that asked for it has too: the driver then removes it when it next makes one.
     * Without the label it stays until it is deleted.
     */
    public static final String LIFETIME = "openshell.ai/lifetime";

    /** The value of {@link #LIFETIME} of a workload that no control plane looks after. */
    public static final String WHILE_PROCESS_LIVES = "process";

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,63}");

    public SandboxRequest {
        requireName("id", id);
        requireName("name", name);
        labels = Map.copyOf(labels);
        environment = Map.copyOf(environment);
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
    }

    /** Without a sidecar, mounts and devices. */
    public SandboxRequest(
            String id,
            String name,
            @Nullable String image,
            Path controlSocket,
            Map<String, String> labels,
            Map<String, String> environment,
            Resources resources,
            long user,
            long group) {
        this(id, name, image, controlSocket, labels, environment, resources, user, group, null, List.of(), List.of());
    }

    /** The same with this sidecar. */
    public SandboxRequest with(Sidecar beside) {
        return new SandboxRequest(
                id, name, image, controlSocket, labels, environment, resources, user, group, beside, mounts, devices);
    }

    /** The same with these limits. */
    public SandboxRequest with(Resources limits) {
        return new SandboxRequest(
                id, name, image, controlSocket, labels, environment, limits, user, group, sidecar, mounts, devices);
    }

    /** The same with these files, folders and devices. */
    public SandboxRequest with(List<Mount> shown, List<String> given) {
        return new SandboxRequest(
                id, name, image, controlSocket, labels, environment, resources, user, group, sidecar, shown, given);
    }

    private static void requireName(String component, String value) {
        if (!NAME.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    component + ": " + value + " (expected: 1 to 63 characters of [a-z0-9-])");
        }
    }

    /**
     * A supervisor that runs beside the launcher. The two share a directory, in which {@link
     * SandboxRequest#controlSocket()} is, and nothing else.
     *
     * @param image the supervisor's image, which also holds the launcher
     * @param command what to run in it
     * @param environment its variables, never a secret
     * @param secretFiles files that the platform delivers to it alone, by absolute path. The caller closes them when
     *     {@code create} returns
     */
    public record Sidecar(
            String image, List<String> command, Map<String, String> environment, Map<String, Secret> secretFiles) {

        public Sidecar {
            Objects.requireNonNull(image, "image");
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
            secretFiles = Map.copyOf(secretFiles);
        }
    }

    /**
     * A file or folder of this machine that the workload sees.
     *
     * @param source where it is, absolute
     * @param target where the workload sees it, absolute
     * @param readOnly whether it cannot be written there
     */
    public record Mount(Path source, String target, boolean readOnly) {

        public Mount {
            if (!source.isAbsolute() || !target.startsWith("/")) {
                throw new IllegalArgumentException(
                        "mount: " + source + " to " + target + " (expected: absolute paths)");
            }
        }
    }

    /**
     * Limits; {@code null} leaves one to the platform. All are positive.
     *
     * @param pids processes and threads at the same time, the launcher's included
     * @param memoryBytes memory in bytes, the launcher's included
     * @param cpus processors, as in 0.5
     */
    public record Resources(
            @Nullable Integer pids,
            @Nullable Long memoryBytes,
            @Nullable Double cpus) {

        /** No limit asked for. */
        public static final Resources UNLIMITED = new Resources(null, null, null);

        public Resources {
            if ((pids != null && pids <= 0)
                    || (memoryBytes != null && memoryBytes <= 0)
                    || (cpus != null && !(cpus > 0))) {
                throw new IllegalArgumentException(
                        "resources: " + pids + ", " + memoryBytes + ", " + cpus + " (expected: positive numbers)");
            }
        }
    }
}
