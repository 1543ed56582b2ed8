package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.PullPolicy;
import io.openshell.api.compute.SandboxRequest.Mount;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of a sandbox beyond its policy, most of it of containers only.
 *
 * @param pull when its image is fetched
 * @param user who the agent runs as, whatever policy and image say
 * @param mounts files and folders of this machine that it sees
 * @param devices devices that it gets, by their names in the Container Device Interface
 */
public record ContainerOptions(PullPolicy pull, Optional<RunAs> user, List<Mount> mounts, List<String> devices) {

    /** Nothing beyond the policy. */
    public static final ContainerOptions NONE =
            new ContainerOptions(PullPolicy.MISSING, Optional.empty(), List.of(), List.of());

    public ContainerOptions {
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
    }
}
