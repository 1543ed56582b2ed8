package io.openshell.plugin.local.cgroup;

import io.openshell.api.compute.SandboxRequest.Resources;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The outcome of making one group: all or nothing for each of its limits, and no group where there is none of them.
 *
 * @param group the group; empty if nothing came of it
 * @param unified whether it is of version 2
 * @param inForce what was read back
 * @param failures why the others are not in force
 */
record Placement(
        Optional<GroupFolder> group,
        boolean unified,
        Map<Controller, Resources> inForce,
        Map<Controller, Failure> failures) {

    /** How often another start may sweep the group away between its making and its first process. */
    private static final int ATTEMPTS = 8;

    private static final String MEMBERS = "cgroup.procs";

    Placement {
        inForce = Map.copyOf(inForce);
        failures = Map.copyOf(failures);
    }

    static Placement nothing(Map<Controller, Failure> failures) {
        return new Placement(Optional.empty(), true, Map.of(), failures);
    }

    /** Makes a group below a place, limits it, and puts the process in. */
    static Placement make(Place place, Wish wish) {
        GroupFolder group = new GroupFolder(place.parent().path().resolve(wish.name()));
        Map<Controller, Failure> off = place.switchOn();
        for (int attempt = 1; ; attempt++) {
            boolean created = false;
            try {
                group.create();
                created = true;
                Placement made = limit(place, group, wish, off);
                if (made.group().isPresent()) {
                    enter(place, group, wish);
                }
                return made;
            } catch (IOException e) {
                // An empty group may be taken for one that was left behind, and be swept away.
                boolean sweptAway = created && !group.exists();
                if (created) {
                    group.remove();
                }
                if (!sweptAway || attempt == ATTEMPTS) {
                    return nothing(wish, Failure.of(created ? group : place.parent(), place.unified(), e));
                }
            }
        }
    }

    private static Placement nothing(Wish wish, Failure failure) {
        Map<Controller, Failure> failures = new EnumMap<>(Controller.class);
        wish.controllers().forEach(controller -> failures.put(controller, failure));
        return nothing(failures);
    }

    private static Placement limit(Place place, GroupFolder group, Wish wish, Map<Controller, Failure> off)
            throws IOException {
        Map<Controller, Resources> inForce = new EnumMap<>(Controller.class);
        Map<Controller, Failure> failures = new EnumMap<>(Controller.class);
        failures.putAll(off);
        for (Controller controller : wish.controllers()) {
            if (off.containsKey(controller)) {
                continue;
            }
            try {
                controller.set(group, place.unified(), wish.asked());
                inForce.put(controller, controller.inForce(group, place.unified()));
            } catch (IOException e) {
                if (!group.exists()) {
                    throw e;
                }
                failures.put(controller, Failure.of(group, place.unified(), e));
            }
        }
        if (inForce.isEmpty()) {
            group.remove();
            return nothing(failures);
        }
        return new Placement(Optional.of(group), place.unified(), inForce, failures);
    }

    private static void enter(Place place, GroupFolder group, Wish wish) throws IOException {
        if (wish.process().isPresent()) {
            group.join(wish.process().getAsLong());
            return;
        }
        // To move a process takes the right to both groups, and to what they have in common.
        boolean permitted =
                group.isWritable(MEMBERS) && (!place.unified() || place.parent().isWritable(MEMBERS));
        group.remove();
        if (!permitted) {
            throw new AccessDeniedException(MEMBERS);
        }
    }
}
