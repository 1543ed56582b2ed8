package io.openshell.plugin.docker;

import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.SandboxRequest.Mount;
import io.openshell.api.config.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Finds what no engine can or may do of a request. */
final class RequestChecks {

    private static final Pattern DEVICE =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?=[A-Za-z0-9][A-Za-z0-9._:-]*");

    /** The kernel's, and what the launcher needs. */
    private static final List<Path> RESERVED = List.of(
            Path.of("/proc"), Path.of("/sys"), Path.of("/dev"), Path.of("/opt/openshell"), Path.of("/run/openshell"));

    private static final List<Path> KERNEL = List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

    private final SandboxRequest request;
    private final List<Path> sockets;
    private final int engineUser;
    private final List<Problem> problems = new ArrayList<>();

    /**
     * @param sockets those of the engine, which nobody in a container may see
     * @param engineUser whose the engine is
     */
    RequestChecks(SandboxRequest request, List<Path> sockets, int engineUser) {
        this.request = request;
        this.sockets = sockets;
        this.engineUser = engineUser;
    }

    List<Problem> problems() {
        String image = request.image();
        if (image == null) {
            add("image", "image: none (expected: one, as in --image debian:12)");
        } else if (!ImageReference.isPossible(image)) {
            add("image", "image: " + Failures.oneLine(image) + " (expected: a name, as in debian:12)");
        }
        if (request.sidecar() != null) {
            add("sidecar", "sidecar: given (expected: none; the supervisor runs on this machine)");
        }
        request.mounts().forEach(this::checkMount);
        for (String device : request.devices()) {
            if (!DEVICE.matcher(device).matches()) {
                add(
                        "devices",
                        "gpu: " + Failures.oneLine(device) + " (expected: a CDI name, as in nvidia.com/gpu=all)");
            }
        }
        return problems;
    }

    private void checkMount(Mount mount) {
        String name = Failures.oneLine(mount.source() + ":" + mount.target());
        Path target = Path.of(mount.target());
        if (!target.equals(target.normalize()) || target.getParent() == null) {
            add("mounts", "mount: " + name + " (expected: a target without .. and other than /)");
        }
        for (Path reserved : RESERVED) {
            if (target.startsWith(reserved) || reserved.startsWith(target)) {
                add("mounts", "mount: " + name + " (expected: a target away from " + reserved + ")");
            }
        }
        checkSource(mount, name);
    }

    private void checkSource(Mount mount, String name) {
        Path source = mount.source();
        if (!Files.isDirectory(source) && !Files.isRegularFile(source)) {
            add("mounts", "mount: " + name + " (expected: a file or folder of this machine; no socket, no device)");
            return;
        }
        Path real = MountSource.real(source);
        if (!mount.readOnly() && !MountSource.agentsMayWrite(real, engineUser)) {
            add(
                    "mounts",
                    "mount: " + name
                            + ": only you may write there (expected: a place where everybody may write, as after"
                            + " chmod o+rwx, or to show it read-only; an engine without root shows what is yours as"
                            + " root's, and no agent is root)");
        }
        if (real.getParent() == null) {
            add("mounts", "mount: " + name + " (expected: a part of this machine, not /)");
        }
        for (Path kernel : KERNEL) {
            if (real.startsWith(kernel)) {
                add("mounts", "mount: " + name + " (expected: a source outside of " + kernel + ")");
            }
        }
        List<Path> hidden = new ArrayList<>(sockets);
        hidden.add(request.controlSocket());
        for (Path socket : hidden) {
            if (MountSource.real(socket).startsWith(real)) {
                add(
                        "mounts",
                        "mount: " + name + " (expected: a source without " + socket
                                + "; whoever reaches that socket rules this machine)");
            }
        }
    }

    private void add(String path, String message) {
        problems.add(new Problem(path, message));
    }
}
