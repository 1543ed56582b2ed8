package io.openshell.plugin.docker;

import io.openshell.api.compute.ComputeHost;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.SandboxRequest.Mount;
import io.openshell.api.compute.SandboxRequest.Resources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A container to be, before it is said in an engine's own words.
 *
 * @param name what the engine calls it
 * @param image the image's id
 * @param hostname what it calls itself
 * @param command the launcher and its arguments
 * @param environment variables of the launcher
 * @param labels what the engine keeps with it
 * @param mounts files and folders of this machine; later ones may lie in earlier ones
 * @param relabel whether the launcher and the control folder get a label that containers may use (SELinux)
 * @param resources limits
 * @param devices names of the Container Device Interface
 */
record ContainerPlan(
        String name,
        String image,
        String hostname,
        List<String> command,
        Map<String, String> environment,
        Map<String, String> labels,
        List<Mount> mounts,
        boolean relabel,
        Resources resources,
        List<String> devices) {

    /** Where a container sees the launcher. */
    static final String LAUNCHER = "/opt/openshell/bin/openshell-launcher";

    /** Where a container sees the folder of the control socket. */
    static final String CONTROL = "/run/openshell";

    /** Nobody may send pings: Docker lets everybody, by a socket that no capability is needed for. */
    static final Map<String, String> SYSCTLS = Map.of("net.ipv4.ping_group_range", "1 0");

    private static final int MAX_NAME = 200;

    ContainerPlan {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        labels = Map.copyOf(labels);
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
    }

    /** @param request one that was found to be possible */
    static ContainerPlan of(SandboxRequest request, ComputeHost host, boolean relabel) {
        Path socket = request.controlSocket();
        Path folder = Objects.requireNonNull(socket.getParent(), "controlSocket");
        List<String> command = new ArrayList<>(List.of(LAUNCHER));
        command.addAll(host.launcherArguments(Path.of(CONTROL).resolve(socket.getFileName())));
        List<Mount> mounts = new ArrayList<>(request.mounts());
        mounts.add(new Mount(host.launcher().toAbsolutePath(), LAUNCHER, true));
        mounts.add(new Mount(folder.toAbsolutePath(), CONTROL, true));
        return new ContainerPlan(
                containerName(request),
                Objects.requireNonNull(request.image(), "image"),
                request.name(),
                command,
                request.environment(),
                SandboxLabels.of(request),
                mounts,
                relabel,
                request.resources(),
                request.devices());
    }

    /** The name of a sandbox's container. */
    static String containerName(SandboxRequest request) {
        String name = "openshell-" + request.name() + "-" + request.id();
        return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
    }

    /** Whether a mount is the launcher's or the control folder's. */
    static boolean isOurs(Mount mount) {
        return mount.target().equals(LAUNCHER) || mount.target().equals(CONTROL);
    }
}
