package io.openshell.api.compute;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.SandboxRequest.Resources;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What became of the limits that a request asked for, as the platform reads them back. A driver reports; whether a limit
 * that is not in force matters is the core's to say.
 *
 * @param inForce the values in force, which may be lower than what was asked for (memory is counted in pages); {@code
 *     null} where nothing was asked for, or nothing is in force
 * @param unmet what was asked for and is not in force
 * @param reached the limits that the workload has run into, each with how often: processes killed for memory, processes
 *     and threads refused. A limit on processors slows down and is never reached
 */
public record Limits(Resources inForce, List<Unmet> unmet, Map<Limit, Long> reached) {

    /** Nothing was asked for. */
    public static final Limits NONE = new Limits(Resources.UNLIMITED, List.of(), Map.of());

    public Limits {
        Objects.requireNonNull(inForce, "inForce");
        unmet = List.copyOf(unmet);
        reached = Map.copyOf(reached);
    }

    /**
     * A limit that is not in force.
     *
     * @param limit which
     * @param reason why, in one line for people
     * @param remedy what somebody can do about it, in one line that continues "to set it, "
     */
    public record Unmet(Limit limit, String reason, String remedy) {

        public Unmet {
            Objects.requireNonNull(limit, "limit");
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(remedy, "remedy");
        }
    }
}
