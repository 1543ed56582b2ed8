package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.SandboxRequest;
import io.openshell.core.policy.ProcessIdentity;
import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.control.SupervisorMessage.PlacedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This machine's declared paths, on a root that the launcher makes.
 *
 * @param identity who the agent is
 * @param workdir the folder that the agent works in, without symbolic links; empty for a fresh one
 */
record HostGround(SandboxSpec spec, AgentIdentity identity, Optional<Path> workdir) implements Ground {

    private static final Integer ROOT = 0;

    static HostGround of(SandboxSpec spec) throws IOException, SandboxException {
        if (!spec.container().mounts().isEmpty() || !spec.container().devices().isEmpty()) {
            throw new SandboxException(
                    "mounts and devices: asked for without an image (expected: none; the policy's paths are shown)",
                    null);
        }
        return new HostGround(spec, Accounts.ofThisMachine().resolve(wanted(spec)), Ground.workdir(spec));
    }

    private static ProcessIdentity wanted(SandboxSpec spec) {
        ProcessIdentity said = spec.policy().process();
        return spec.container()
                .user()
                .map(it -> new ProcessIdentity(it.user(), it.group().orElse(said.group())))
                .orElse(said);
    }

    @Override
    public @Nullable String image() {
        return null;
    }

    @Override
    public SandboxRequest refine(SandboxRequest request) {
        return request;
    }

    @Override
    public long user() {
        return identity.uid();
    }

    @Override
    public long group() {
        return identity.gid();
    }

    @Override
    public Prepared prepare(LauncherConnection launcher, List<PlacedFile> trustFiles) {
        List<PlacedFile> files = new ArrayList<>(SystemFiles.of(spec.name(), identity, spec.hosts()));
        files.addAll(trustFiles);
        LaunchPlan plan = LaunchPlan.of(
                spec.policy(),
                new LaunchPlan.Inside(spec.name(), identity, workdir, files, spec.loopback()),
                path -> Files.exists(Path.of(path)));
        return new Prepared(identity, AgentPlace.OWN, plan);
    }

    @Override
    public Optional<Path> rootsWorkdir() throws IOException {
        return workdir.isPresent() && ROOT.equals(Files.getAttribute(workdir.get(), "unix:uid"))
                ? workdir
                : Optional.empty();
    }
}
