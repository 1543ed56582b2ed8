package io.openshell.plugin.local.cgroup;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where this process is among the control groups. A controller belongs to exactly one hierarchy: to one of version 1, or
 * else to that of version 2.
 */
final class Hierarchies {

    private final List<Mount> mounts;
    private final List<Membership> memberships;

    private Hierarchies(List<Mount> mounts, List<Membership> memberships) {
        this.mounts = mounts;
        this.memberships = memberships;
    }

    /**
     * @param mountinfo the text of {@code /proc/self/mountinfo}
     * @param cgroup the text of {@code /proc/self/cgroup}
     */
    static Hierarchies parse(String mountinfo, String cgroup) {
        return new Hierarchies(Mount.parse(mountinfo), Membership.parse(cgroup));
    }

    /** Whether a controller belongs to a hierarchy of version 1, mounted or not. */
    boolean isFirstVersion(String controller) {
        return memberships.stream()
                .anyMatch(membership -> membership.controllers().contains(controller));
    }

    /** This process's own group where a controller of version 1 is; empty if that is mounted nowhere here. */
    List<OwnGroup> firstVersion(String controller) {
        return memberships.stream()
                .filter(membership -> membership.controllers().contains(controller))
                .flatMap(membership -> mounts.stream()
                        .filter(mount -> !mount.unified() && mount.options().contains(controller))
                        .flatMap(mount -> OwnGroup.within(mount, membership).stream()))
                .toList();
    }

    /** This process's own group of version 2; empty if that is mounted nowhere here. */
    List<OwnGroup> secondVersion() {
        return memberships.stream()
                .filter(Membership::unified)
                .flatMap(membership -> mounts.stream()
                        .filter(Mount::unified)
                        .flatMap(mount -> OwnGroup.within(mount, membership).stream()))
                .toList();
    }

    /**
     * This process's own group in a hierarchy.
     *
     * @param top the highest group that can be seen
     * @param folder the group, {@code top} or below it
     */
    record OwnGroup(Path top, Path folder) {

        /** A container's mount may show only a part of the hierarchy, of which this process may be outside. */
        private static Optional<OwnGroup> within(Mount mount, Membership membership) {
            String root = mount.root().equals("/") ? "" : mount.root();
            String path = membership.path();
            if (path.startsWith("/..") || root.startsWith("/..") || path.indexOf('\0') >= 0) {
                return Optional.empty();
            }
            if (!path.equals(root) && !path.startsWith(root + "/")) {
                return Optional.empty();
            }
            String below = path.substring(root.length()).replaceFirst("^/+", "");
            Path folder = mount.point().resolve(below).normalize();
            return folder.startsWith(mount.point())
                    ? Optional.of(new OwnGroup(mount.point(), folder))
                    : Optional.empty();
        }
    }
}
