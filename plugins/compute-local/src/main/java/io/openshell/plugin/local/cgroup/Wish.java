package io.openshell.plugin.local.cgroup;

import io.openshell.api.compute.SandboxRequest.Resources;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A group that is wanted.
 *
 * @param name the folder's
 * @param controllers what it shall limit
 * @param asked the limits
 * @param process whom to put in, who has no children yet; empty to find out only whether it would work
 */
record Wish(String name, Set<Controller> controllers, Resources asked, OptionalLong process) {

    Wish {
        controllers = Set.copyOf(controllers);
    }

    /** For whatever is asked for. */
    static Wish of(String name, Resources asked, OptionalLong process) {
        Set<Controller> controllers = EnumSet.noneOf(Controller.class);
        for (Controller controller : Controller.values()) {
            if (controller.isAskedFor(asked)) {
                controllers.add(controller);
            }
        }
        return new Wish(name, controllers, asked, process);
    }

    /** For a part of it. */
    Wish only(Set<Controller> part) {
        return new Wish(name, part, asked, process);
    }
}
