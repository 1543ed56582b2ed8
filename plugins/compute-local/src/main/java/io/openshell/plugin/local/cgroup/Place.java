package io.openshell.plugin.local.cgroup;

import io.openshell.plugin.local.cgroup.Hierarchies.OwnGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A group below which a sandbox's own could be made.
 *
 * @param parent the group
 * @param unified whether it is of version 2
 * @param offered the controllers, of those that are wanted, that its children have
 * @param missing the controllers that they would have once they were switched on
 */
record Place(GroupFolder parent, boolean unified, Set<Controller> offered, Set<Controller> missing) {

    private static final String AVAILABLE = "cgroup.controllers";
    private static final String SWITCHED_ON = "cgroup.subtree_control";

    /** The root of version 2 alone has no type. */
    private static final String TYPE = "cgroup.type";

    /** In version 1 any group may have children beside its processes. */
    static Place firstVersion(OwnGroup own, Set<Controller> wanted) {
        return new Place(new GroupFolder(own.folder()), false, Set.copyOf(wanted), Set.of());
    }

    /**
     * In version 2 a group has processes, or children with controllers, and not both; the root may. So it is the nearest
     * group, from our own upwards, whose children have all that is wanted; if there is none, the nearest where it can be
     * switched on without a process in the way; then those that have a part of it.
     */
    static List<Place> secondVersion(OwnGroup own, Set<Controller> wanted) {
        List<Place> places = new ArrayList<>();
        for (Path path = own.folder(); path != null && path.startsWith(own.top()); path = path.getParent()) {
            Place place = of(new GroupFolder(path), wanted);
            if (place.worth() > 0) {
                places.add(place);
            }
        }
        // Stable: the nearer one stays in front.
        places.sort(Comparator.comparingInt(Place::worth)
                .reversed()
                .thenComparingInt(place -> place.missing().size()));
        return List.copyOf(places);
    }

    private static Place of(GroupFolder group, Set<Controller> wanted) {
        Set<Controller> offered = EnumSet.noneOf(Controller.class);
        Set<Controller> missing = EnumSet.noneOf(Controller.class);
        try {
            Set<String> on = group.words(SWITCHED_ON);
            Set<String> available = group.words(AVAILABLE);
            boolean free = !group.has(TYPE) || group.isEmpty();
            for (Controller controller : wanted) {
                if (on.contains(controller.kernelName())) {
                    offered.add(controller);
                } else if (free && available.contains(controller.kernelName())) {
                    missing.add(controller);
                }
            }
        } catch (IOException e) {
            // Not a group, or not ours to look at: it offers nothing then.
            return new Place(group, true, Set.of(), Set.of());
        }
        return new Place(group, true, offered, missing);
    }

    /** What its children may have. */
    Set<Controller> controllers() {
        Set<Controller> all = EnumSet.noneOf(Controller.class);
        all.addAll(offered);
        all.addAll(missing);
        return all;
    }

    private int worth() {
        return offered.size() + missing.size();
    }

    /**
     * Has the children of this group get what they lack. It stays so: other groups may come to rely on it.
     *
     * @return what could not be switched on, and why
     */
    Map<Controller, Failure> switchOn() {
        Map<Controller, Failure> failures = new EnumMap<>(Controller.class);
        for (Controller controller : missing) {
            try {
                parent.write(SWITCHED_ON, "+" + controller.kernelName());
            } catch (IOException e) {
                failures.put(controller, Failure.of(parent, unified, e));
            }
        }
        return failures;
    }
}
