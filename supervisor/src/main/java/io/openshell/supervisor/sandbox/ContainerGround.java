package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.Capabilities;
import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.ImageFacts;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.SandboxRequest.Mount;
import io.openshell.supervisor.control.LaunchRefusedException;
import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.control.SupervisorMessage.PlacedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An image's root, in a container without a network.
 *
 * @param facts what the image says of itself
 * @param workdir the folder of this machine that the agent works in; empty for one of the image's
 */
record ContainerGround(SandboxSpec spec, ImageFacts facts, Optional<Path> workdir) implements Ground {

    private static final String ROOT = "/";

    /** The launcher's name for making the agent's own paths. */
    private static final String READ_WRITE_PATH = "read-write path";

    /** The kernel's. */
    private static final List<Path> NO_WORKDIR = List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

    /** Has the image fetched, if need be. */
    static ContainerGround of(SandboxSpec spec, String reference, ComputeDriver driver, ComputeDriver.Progress progress)
            throws ComputeException, SandboxException {
        Optional<Path> workdir = Ground.workdir(spec);
        ImageFacts facts = driver.image(reference, spec.container().pull(), progress);
        Capabilities can = driver.capabilities();
        if (can.root() != Capabilities.Root.IMAGE
                || can.network() != Capabilities.Network.PLATFORM
                || can.link() != Capabilities.Link.SOCKET) {
            throw new SandboxException(
                    "driver " + spec.driver() + ": " + can.root() + ", " + can.network() + ", " + can.link()
                            + " (expected: IMAGE, PLATFORM, SOCKET; this release serves no other kind)",
                    null);
        }
        return new ContainerGround(spec, facts, workdir);
    }

    @Override
    public String image() {
        return facts.id();
    }

    @Override
    public SandboxRequest refine(SandboxRequest request) {
        List<Mount> mounts = new ArrayList<>(spec.container().mounts());
        workdir.ifPresent(folder -> mounts.add(new Mount(folder, LaunchPlan.WORKDIR, false)));
        return request.with(mounts, spec.container().devices());
    }

    @Override
    public long user() {
        return 0;
    }

    @Override
    public long group() {
        return 0;
    }

    @Override
    public Prepared prepare(LauncherConnection launcher, List<PlacedFile> trustFiles)
            throws IOException, SandboxException {
        ImageRoot root = ImageRoot.look(launcher, spec.policy().filesystem());
        AgentIdentity identity = new ImageIdentity(
                        spec.container().user(), spec.policy().process(), facts.user(), owner(), root.accounts())
                .resolve();
        AgentPlace place = AgentPlace.ofContainer(agentsWorkdir(), facts.environment());
        List<PlacedFile> files = new ArrayList<>(SystemFiles.ofImage(spec.name(), identity, spec.hosts(), place, root));
        files.addAll(trustFiles);
        LaunchPlan plan = LaunchPlan.ofContainer(
                spec.policy(),
                new LaunchPlan.Inside(spec.name(), identity, workdir, files, spec.loopback()),
                place.workdir(),
                root);
        return new Prepared(identity, place, plan);
    }

    /** It appears as it is. */
    @Override
    public Optional<Path> rootsWorkdir() {
        return Optional.empty();
    }

    /** Nobody has declared the image's WORKDIR, so that its path alone says nothing. */
    @Override
    public String explain(LaunchRefusedException refusal) {
        boolean images = workdir.isEmpty()
                && refusal.step().equals(READ_WRITE_PATH)
                && refusal.subject().equals(imagesWorkdir().toString());
        return images
                ? "the image's WORKDIR: " + refusal.subject() + " (" + refusal.hint()
                        + " in the image, or use --workdir DIR, which takes its place)"
                : Ground.super.explain(refusal);
    }

    private Path imagesWorkdir() {
        return Path.of(ROOT, facts.workdir()).normalize();
    }

    /** An image that says nothing, or its whole root, means the folder that every sandbox has. */
    private String agentsWorkdir() throws SandboxException {
        Path ofImage = imagesWorkdir();
        if (workdir.isPresent() || ofImage.getParent() == null) {
            return LaunchPlan.WORKDIR;
        }
        if (NO_WORKDIR.stream().anyMatch(ofImage::startsWith)) {
            throw new SandboxException(
                    "the image's WORKDIR: " + ofImage + " (expected: a folder outside of /proc, /sys and /dev, which an"
                            + " agent may not be given; --workdir DIR takes its place)",
                    null);
        }
        return ofImage.toString();
    }

    private Optional<ImageIdentity.Owner> owner() throws IOException {
        if (workdir.isEmpty()) {
            return Optional.empty();
        }
        long uid = id(workdir.get(), "unix:uid");
        return uid == 0 ? Optional.empty() : Optional.of(new ImageIdentity.Owner(uid, id(workdir.get(), "unix:gid")));
    }

    private static long id(Path folder, String attribute) throws IOException {
        return Integer.toUnsignedLong((Integer) Files.getAttribute(folder, attribute));
    }
}
