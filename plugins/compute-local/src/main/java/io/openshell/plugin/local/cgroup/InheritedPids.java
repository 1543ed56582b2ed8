package io.openshell.plugin.local.cgroup;

import io.openshell.plugin.local.cgroup.Hierarchies.OwnGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** The limit on processes that this process is under, and with it a sandbox that has none of its own. */
final class InheritedPids {

    private static final String CONTROLLER = "pids";
    private static final String LIMIT = "pids.max";

    private InheritedPids() {}

    /** In some words for people. */
    static String describe(Hierarchies hierarchies) {
        List<OwnGroup> groups = hierarchies.isFirstVersion(CONTROLLER)
                ? hierarchies.firstVersion(CONTROLLER)
                : hierarchies.secondVersion();
        return groups.stream().flatMapToLong(own -> lowest(own).stream()).min().stream()
                .mapToObj(limit -> "the limit of " + limit + " that OpenShell itself is under holds instead")
                .findFirst()
                .orElse("the number of processes is unlimited");
    }

    private static OptionalLong lowest(OwnGroup own) {
        long lowest = Long.MAX_VALUE;
        for (Path path = own.folder(); path != null && path.startsWith(own.top()); path = path.getParent()) {
            lowest = Math.min(lowest, limit(new GroupFolder(path)));
        }
        return lowest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(lowest);
    }

    /** The root has no such file; "max" means none. */
    private static long limit(GroupFolder group) {
        try {
            String text = group.read(LIMIT);
            return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : Long.MAX_VALUE;
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }
}
