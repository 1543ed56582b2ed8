package io.openshell.plugin.local.cgroup;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.SandboxRequest.Resources;
import java.io.IOException;
import java.util.Locale;

/**
 * A controller that a limit needs: which files hold it, in which order they are written, and what they say afterwards.
 * Sources: the kernel's admin-guide/cgroup-v2.rst, and cgroup-v1/pids.rst, memory.rst; scheduler/sched-bwc.rst.
 */
enum Controller {
    PIDS(Limit.PIDS) {
        @Override
        boolean isAskedFor(Resources asked) {
            return asked.pids() != null;
        }

        @Override
        void set(GroupFolder group, boolean unified, Resources asked) throws IOException {
            group.write("pids.max", String.valueOf(asked.pids()));
        }

        @Override
        Resources inForce(GroupFolder group, boolean unified) throws IOException {
            return new Resources(Integer.valueOf(number(group.read("pids.max"))), null, null);
        }

        @Override
        long reached(GroupFolder group, boolean unified) throws IOException {
            return group.count("pids.events", "max");
        }
    },

    MEMORY(Limit.MEMORY) {
        @Override
        boolean isAskedFor(Resources asked) {
            return asked.memoryBytes() != null;
        }

        @Override
        void set(GroupFolder group, boolean unified, Resources asked) throws IOException {
            String bytes = String.valueOf(asked.memoryBytes());
            group.write(unified ? "memory.max" : "memory.limit_in_bytes", bytes);
            // A kernel that does not count swap does not have these. The sum with swap may never be the lower of the
            // two.
            if (unified && group.has("memory.swap.max")) {
                group.write("memory.swap.max", "0");
            }
            if (!unified && group.has("memory.memsw.limit_in_bytes")) {
                group.write("memory.memsw.limit_in_bytes", bytes);
            }
        }

        @Override
        Resources inForce(GroupFolder group, boolean unified) throws IOException {
            if (unified && group.has("memory.swap.max")) {
                require(group.read("memory.swap.max").equals("0"), "memory.swap.max is not 0");
            }
            String bytes = group.read(unified ? "memory.max" : "memory.limit_in_bytes");
            return new Resources(null, Long.valueOf(number(bytes)), null);
        }

        // The kernel counts what any shortage killed; only that of this group's own limit is told.
        @Override
        long reached(GroupFolder group, boolean unified) throws IOException {
            if (unified) {
                return group.count("memory.events", "oom") > 0 ? group.count("memory.events", "oom_kill") : 0;
            }
            // Version 1 has a count of failures, which newer kernels leave at 0: the high-water mark tells as much.
            long limit = Long.parseLong(number(group.read("memory.limit_in_bytes")));
            boolean hit = Long.parseLong(number(group.read("memory.max_usage_in_bytes"))) > limit - limit / NEAR;
            return hit ? group.count("memory.oom_control", "oom_kill") : 0;
        }
    },

    CPU(Limit.CPU) {
        @Override
        boolean isAskedFor(Resources asked) {
            return asked.cpus() != null;
        }

        @Override
        void set(GroupFolder group, boolean unified, Resources asked) throws IOException {
            Double cpus = asked.cpus();
            long quota = cpus == null ? 0 : Math.round(cpus * PERIOD_MICROS);
            if (unified) {
                group.write("cpu.max", quota + " " + PERIOD_MICROS);
            } else {
                group.write("cpu.cfs_period_us", Long.toString(PERIOD_MICROS));
                group.write("cpu.cfs_quota_us", Long.toString(quota));
            }
        }

        @Override
        Resources inForce(GroupFolder group, boolean unified) throws IOException {
            String[] words = unified
                    ? group.read("cpu.max").split(" ")
                    : new String[] {group.read("cpu.cfs_quota_us"), group.read("cpu.cfs_period_us")};
            require(words.length == 2, "cpu.max has not two numbers");
            return new Resources(null, null, Double.parseDouble(number(words[0])) / Long.parseLong(number(words[1])));
        }

        // Less time is no event.
        @Override
        long reached(GroupFolder group, boolean unified) {
            return 0;
        }
    };

    /** What the kernel's default is: short enough to feel even, long enough to cost nothing. */
    private static final long PERIOD_MICROS = 100_000;

    /** Whoever came within this part of a limit has run into it: memory is counted in batches. */
    private static final long NEAR = 8;

    private final Limit limit;

    Controller(Limit limit) {
        this.limit = limit;
    }

    Limit limit() {
        return limit;
    }

    /** As the kernel calls it. */
    String kernelName() {
        return name().toLowerCase(Locale.ROOT);
    }

    abstract boolean isAskedFor(Resources asked);

    /** Writes what was asked for. */
    abstract void set(GroupFolder group, boolean unified, Resources asked) throws IOException;

    /** Reads what holds; fails if nothing does. */
    abstract Resources inForce(GroupFolder group, boolean unified) throws IOException;

    /** How often the limit was reached. */
    abstract long reached(GroupFolder group, boolean unified) throws IOException;

    private static void require(boolean held, String problem) throws IOException {
        if (!held) {
            throw new IOException(problem);
        }
    }

    /** "max" and -1 mean that there is no limit. */
    private static String number(String text) throws IOException {
        require(text.matches("[0-9]{1,18}"), "no limit is in force: " + text);
        return text;
    }
}
