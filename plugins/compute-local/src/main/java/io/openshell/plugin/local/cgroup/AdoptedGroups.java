package io.openshell.plugin.local.cgroup;

import io.openshell.api.compute.SandboxRequest.Resources;
import io.openshell.plugin.local.cgroup.Hierarchies.OwnGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the groups that another process has made.
 *
 * @param name what such a group is called; a process in any other one is not ours
 * @param hierarchies where the process is
 */
record AdoptedGroups(String name, Hierarchies hierarchies) {

    LimitedGroup find() {
        Map<Path, Placement> found = new LinkedHashMap<>();
        for (Controller controller : Controller.values()) {
            boolean unified = !hierarchies.isFirstVersion(controller.kernelName());
            List<OwnGroup> groups =
                    unified ? hierarchies.secondVersion() : hierarchies.firstVersion(controller.kernelName());
            for (OwnGroup group : groups) {
                if (group.folder().endsWith(name)) {
                    found.merge(group.folder(), placement(group, unified, controller), AdoptedGroups::both);
                }
            }
        }
        return new LimitedGroup(List.copyOf(found.values()), Map.of());
    }

    private static Placement placement(OwnGroup own, boolean unified, Controller controller) {
        GroupFolder group = new GroupFolder(own.folder());
        Map<Controller, Resources> inForce = new EnumMap<>(Controller.class);
        try {
            inForce.put(controller, controller.inForce(group, unified));
        } catch (IOException e) {
            // This one was not asked for, or could not be put in force.
            return new Placement(Optional.of(group), unified, Map.of(), Map.of());
        }
        return new Placement(Optional.of(group), unified, inForce, Map.of());
    }

    private static Placement both(Placement first, Placement second) {
        Map<Controller, Resources> inForce = new EnumMap<>(Controller.class);
        inForce.putAll(first.inForce());
        inForce.putAll(second.inForce());
        return new Placement(first.group(), first.unified(), inForce, Map.of());
    }
}
