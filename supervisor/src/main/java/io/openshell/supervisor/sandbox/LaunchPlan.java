package io.openshell.supervisor.sandbox;

import io.openshell.core.policy.BaselinePaths;
import io.openshell.core.policy.FilesystemPolicy;
import io.openshell.core.policy.LandlockMode;
import io.openshell.core.policy.Policy;
import io.openshell.supervisor.control.SupervisorMessage.Landlock;
import io.openshell.supervisor.control.SupervisorMessage.Launch;
import io.openshell.supervisor.control.SupervisorMessage.Mount;
import io.openshell.supervisor.control.SupervisorMessage.Mount.Kind;
import io.openshell.supervisor.control.SupervisorMessage.PlacedFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a policy's paths become for the launcher: a root that shows the declared paths and nothing else, and the Landlock
 * rules that hold even for what is shown. Pure, apart from what {@code exists} does.
 *
 * <p>{@code /sandbox} and {@code /tmp} are never the host's: the first is a directory of the user's choice or empty, the
 * second is empty. A writable path that the host does not have is an empty directory of the sandbox's own.
 *
 * @param launch the message
 * @param added the paths that were added to the policy's
 */
record LaunchPlan(Launch launch, List<String> added) {

    /** Home and working directory of the agent. */
    static final String WORKDIR = "/sandbox";

    private static final String TEMPORARY = "/tmp";

    /** What the launcher makes in every sandbox. */
    private static final Set<String> PROVIDED =
            Set.of(WORKDIR, TEMPORARY, "/proc", "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom");

    /**
     * What a sandbox has besides its policy.
     *
     * @param hostname its name
     * @param identity who the agent is
     * @param workdir the host's directory to appear as {@code /sandbox}, without symbolic links; empty for a fresh one
     * @param files what is placed over the root
     * @param loopback whether it has TCP besides that to the proxy
     */
    record Inside(
            String hostname,
            AgentIdentity identity,
            Optional<Path> workdir,
            List<PlacedFile> files,
            boolean loopback) {}

    /**
     * Makes the plan.
     *
     * @param exists whether the host has a path
     */
    static LaunchPlan of(Policy policy, Inside inside, Predicate<String> exists) {
        BaselinePaths.Enriched enriched = BaselinePaths.enrich(
                withWorkdir(policy.filesystem(), WORKDIR), path -> PROVIDED.contains(path) || exists.test(path));
        List<Mount> mounts = mounts(enriched.filesystem(), inside.workdir(), exists);
        return plan(policy, inside, enriched, mounts, false);
    }

    /**
     * Makes the plan for a container, whose root is the image's: nothing is mounted, and Landlock alone shows the declared
     * paths. A working directory that the image lacks is made, also where the policy gives the agent nothing there.
     *
     * @param workdir the agent's working directory
     * @param root what the image's root has
     */
    static LaunchPlan ofContainer(Policy policy, Inside inside, String workdir, ImageRoot root) {
        FilesystemPolicy declared = withoutRoot(withWorkdir(policy.filesystem(), workdir), root.own());
        BaselinePaths.Enriched enriched = BaselinePaths.enrich(
                declared, path -> path.equals(workdir) || root.existing().contains(path));
        List<Mount> made = enriched.filesystem().readWrite().contains(workdir)
                ? List.of()
                : List.of(new Mount(Kind.EMPTY_DIRECTORY, workdir, "", true));
        return plan(policy, inside, enriched, made, true);
    }

    /** In a container {@code /} stands for what is the image's own: Landlock's rule for it would show the mounts too. */
    private static FilesystemPolicy withoutRoot(FilesystemPolicy declared, List<String> own) {
        if (!declared.readOnly().contains(ImagePaths.ROOT)) {
            return declared;
        }
        Set<String> readOnly = new LinkedHashSet<>(declared.readOnly());
        readOnly.remove(ImagePaths.ROOT);
        readOnly.addAll(own);
        return new FilesystemPolicy(declared.includeWorkdir(), List.copyOf(readOnly), declared.readWrite());
    }

    private static LaunchPlan plan(
            Policy policy, Inside inside, BaselinePaths.Enriched enriched, List<Mount> mounts, boolean contained) {
        FilesystemPolicy paths = enriched.filesystem();
        Set<String> readOnly = new LinkedHashSet<>(paths.readOnly());
        readOnly.removeAll(paths.readWrite());
        readOnly.add(TrustFiles.DIRECTORY);
        Launch launch = new Launch(
                inside.hostname(),
                false,
                inside.identity().uid(),
                inside.identity().gid(),
                inside.identity().user(),
                mounts,
                inside.files(),
                List.copyOf(readOnly),
                paths.readWrite(),
                landlock(policy.landlock()),
                !inside.loopback(),
                contained,
                List.of());
        return new LaunchPlan(launch, enriched.added());
    }

    private static FilesystemPolicy withWorkdir(FilesystemPolicy declared, String workdir) {
        if (!declared.includeWorkdir()
                || declared.readWrite().contains(workdir)
                || declared.readOnly().contains(workdir)) {
            return declared;
        }
        List<String> readWrite = new ArrayList<>(declared.readWrite());
        readWrite.add(workdir);
        return new FilesystemPolicy(true, declared.readOnly(), readWrite);
    }

    private static List<Mount> mounts(FilesystemPolicy paths, Optional<Path> workdir, Predicate<String> exists) {
        Map<String, Mount> mounts = new LinkedHashMap<>();
        put(mounts, workdirMount(workdir));
        put(mounts, new Mount(Kind.FRESH, TEMPORARY, "", false));
        for (String path : paths.readWrite()) {
            readWriteMount(path, workdir, exists).ifPresent(mount -> put(mounts, mount));
        }
        for (String path : paths.readOnly()) {
            readOnlyMount(path, workdir).ifPresent(mount -> put(mounts, mount));
        }
        return List.copyOf(mounts.values());
    }

    /** The first that is said of a path stands. */
    private static void put(Map<String, Mount> mounts, Mount mount) {
        mounts.putIfAbsent(mount.path(), mount);
    }

    private static Mount workdirMount(Optional<Path> workdir) {
        return workdir.map(directory -> new Mount(Kind.WORKDIR, WORKDIR, directory.toString(), false))
                .orElseGet(() -> new Mount(Kind.FRESH, WORKDIR, "", false));
    }

    private static Optional<Mount> readWriteMount(String path, Optional<Path> workdir, Predicate<String> exists) {
        if (isBeneath(path, WORKDIR) && workdir.isPresent()) {
            // It is part of a directory that is writable as it is.
            return Optional.empty();
        }
        boolean onHost = !isBeneath(path, WORKDIR) && exists.test(path);
        return Optional.of(
                onHost ? new Mount(Kind.READ_WRITE, path, path, true) : new Mount(Kind.FRESH, path, "", true));
    }

    private static Optional<Mount> readOnlyMount(String path, Optional<Path> workdir) {
        if (!isBeneath(path, WORKDIR)) {
            return Optional.of(new Mount(Kind.READ_ONLY, path, path, true));
        }
        String rest = path.substring(WORKDIR.length());
        return workdir.map(directory -> new Mount(Kind.READ_ONLY, path, directory + rest, true));
    }

    private static boolean isBeneath(String path, String directory) {
        return path.startsWith(directory + "/");
    }

    private static Landlock landlock(LandlockMode mode) {
        return switch (mode) {
            case BEST_EFFORT -> Landlock.BEST_EFFORT;
            case HARD_REQUIREMENT -> Landlock.HARD_REQUIREMENT;
        };
    }
}
