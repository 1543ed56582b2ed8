package io.openshell.plugin.local.cgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * This process's group in one hierarchy, as a line of {@code /proc/self/cgroup} has it (cgroups(7)).
 *
 * @param unified whether the hierarchy is of version 2
 * @param controllers of a hierarchy of version 1
 * @param path the group, from the root of the hierarchy, or of what this process may see of it
 */
record Membership(boolean unified, Set<String> controllers, String path) {

    private static final int FIELDS = 3;

    /** All hierarchies. Lines that make no sense are left out. */
    static List<Membership> parse(String cgroup) {
        List<Membership> memberships = new ArrayList<>();
        for (String line : cgroup.split("\n")) {
            // Only the path may hold a colon.
            String[] fields = line.split(":", FIELDS);
            if (fields.length == FIELDS && fields[2].startsWith("/")) {
                boolean unified = fields[0].equals("0") && fields[1].isEmpty();
                memberships.add(new Membership(unified, Set.copyOf(List.of(fields[1].split(","))), fields[2]));
            }
        }
        return List.copyOf(memberships);
    }
}
