package io.openshell.plugin.local.cgroup;

import io.openshell.plugin.local.cgroup.Hierarchies.OwnGroup;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for places for one sandbox's groups: one in each hierarchy of version 1 that is needed, one in version 2. What
 * was left behind in such a place is swept out first.
 */
final class Placing {

    private final Hierarchies hierarchies;
    private final List<Placement> made = new ArrayList<>();
    private final Map<Controller, Failure> failures = new EnumMap<>(Controller.class);

    Placing(Hierarchies hierarchies) {
        this.hierarchies = hierarchies;
    }

    LimitedGroup fulfil(Wish wish) {
        Set<Controller> second = EnumSet.noneOf(Controller.class);
        Map<OwnGroup, Set<Controller>> first = new LinkedHashMap<>();
        for (Controller controller : wish.controllers()) {
            if (hierarchies.isFirstVersion(controller.kernelName())) {
                // Controllers that are mounted together share a group.
                own(controller)
                        .ifPresent(own -> first.computeIfAbsent(own, key -> EnumSet.noneOf(Controller.class))
                                .add(controller));
            } else {
                second.add(controller);
            }
        }
        first.forEach((own, controllers) -> make(Place.firstVersion(own, controllers), wish.only(controllers)));
        if (!second.isEmpty()) {
            secondVersion(wish.only(second));
        }
        wish.controllers().forEach(controller -> failures.putIfAbsent(controller, Failure.notMounted(controller)));
        made.forEach(
                placement -> failures.keySet().removeAll(placement.inForce().keySet()));
        failures.computeIfPresent(
                Controller.PIDS, (pids, failure) -> failure.with(InheritedPids.describe(hierarchies)));
        return new LimitedGroup(made, failures);
    }

    private Optional<OwnGroup> own(Controller controller) {
        return hierarchies.firstVersion(controller.kernelName()).stream()
                .filter(own -> Files.isDirectory(own.folder()))
                .findFirst();
    }

    /** The first place that takes any of it: those that may take all of it come first. */
    private void secondVersion(Wish wish) {
        for (OwnGroup own : hierarchies.secondVersion()) {
            boolean placed = Place.secondVersion(own, wish.controllers()).stream()
                    .anyMatch(place -> make(place, wish.only(place.controllers())));
            for (Controller controller : wish.controllers()) {
                failures.putIfAbsent(controller, Failure.notOffered(controller, own.folder()));
            }
            if (placed) {
                return;
            }
        }
    }

    /** Whether there is a group now. The reason that counts is that of the first place. */
    private boolean make(Place place, Wish wish) {
        LeftGroups.sweep(place.parent());
        Placement placement = Placement.make(place, wish);
        placement.failures().forEach(failures::putIfAbsent);
        if (placement.group().isPresent()) {
            made.add(placement);
        }
        return placement.group().isPresent();
    }
}
