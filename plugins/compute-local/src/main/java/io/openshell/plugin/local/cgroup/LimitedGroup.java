package io.openshell.plugin.local.cgroup;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.Limits;
import io.openshell.api.compute.SandboxRequest.Resources;
import java.io.IOException;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One sandbox's groups, in one or several hierarchies. Any thread. */
public final class LimitedGroup {

    /** Nothing was asked for. */
    public static final LimitedGroup NONE = new LimitedGroup(List.of(), Map.of());

    private final List<Placement> placements;
    private final Map<Controller, Failure> failures;

    LimitedGroup(List<Placement> placements, Map<Controller, Failure> failures) {
        this.placements = List.copyOf(placements);
        this.failures = Map.copyOf(failures);
    }

    /** What is in force, what is not, and what was reached until now. */
    public Limits limits() {
        List<Limits.Unmet> unmet = failures.entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .map(entry -> new Limits.Unmet(
                        entry.getKey().limit(),
                        entry.getValue().reason(),
                        entry.getValue().remedy()))
                .toList();
        return new Limits(inForce(), unmet, reached());
    }

    /**
     * Removes the groups, if every process in them has ended.
     *
     * @return whether nothing is left of them
     */
    public boolean remove() {
        boolean gone = true;
        for (Placement placement : placements) {
            gone &= placement.group().map(GroupFolder::remove).orElse(true);
        }
        return gone;
    }

    private Resources inForce() {
        @Nullable Integer pids = null;
        @Nullable Long memory = null;
        @Nullable Double cpus = null;
        for (Placement placement : placements) {
            for (Resources held : placement.inForce().values()) {
                pids = held.pids() == null ? pids : held.pids();
                memory = held.memoryBytes() == null ? memory : held.memoryBytes();
                cpus = held.cpus() == null ? cpus : held.cpus();
            }
        }
        return new Resources(pids, memory, cpus);
    }

    private Map<Limit, Long> reached() {
        Map<Limit, Long> reached = new EnumMap<>(Limit.class);
        for (Placement placement : placements) {
            for (Controller controller : placement.inForce().keySet()) {
                long times = reached(placement, controller);
                if (times > 0) {
                    reached.put(controller.limit(), times);
                }
            }
        }
        return reached;
    }

    private static long reached(Placement placement, Controller controller) {
        try {
            return placement.group().isPresent()
                    ? controller.reached(placement.group().get(), placement.unified())
                    : 0;
        } catch (IOException e) {
            // The group is gone, or the kernel does not count this.
            return 0;
        }
    }
}
