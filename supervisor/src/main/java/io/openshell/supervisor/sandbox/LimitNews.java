package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.Limits;
import io.openshell.api.compute.Limits.Unmet;
import io.openshell.api.compute.Workload;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;

/**
 * What becomes of one sandbox's limits: the driver reports, this decides. What is in force, what is not and what was
 * reached are events, and lines for whoever waits at a terminal. Any thread.
 */
final class LimitNews {

    private final SandboxLimits wanted;
    private final SandboxLog log;
    private final Callable<Optional<Workload>> workload;
    private final List<String> unmet = new ArrayList<>();
    private final List<String> reached = new ArrayList<>();
    private final Map<Limit, Long> told = new EnumMap<>(Limit.class);
    private Limits begun = Limits.NONE;

    /** @param workload asks the driver for the sandbox's workload as it is now */
    LimitNews(SandboxLimits wanted, SandboxLog log, Callable<Optional<Workload>> workload) {
        this.wanted = wanted;
        this.log = log;
        this.workload = workload;
    }

    /**
     * Takes what the driver has put in force.
     *
     * @throws SandboxException if a limit is not in force that must be
     */
    synchronized void begin(Limits limits) throws SandboxException {
        begun = limits;
        log.limited(limits.inForce());
        List<String> problems = new ArrayList<>();
        for (Unmet missing : limits.unmet()) {
            boolean asked = wanted.isAskedFor(missing.limit());
            String problem = problem(missing);
            log.notLimited(missing.limit(), problem, asked || wanted.required());
            problems.add(problem);
            if (asked) {
                unmet.add(problem);
            }
        }
        if (wanted.required() && !problems.isEmpty()) {
            throw new SandboxException(String.join("; ", problems), null);
        }
    }

    /**
     * Tells which limits were reached since the last look. The driver is asked, unless the launcher knows: an engine says it,
     * if at all, of a container that has ended.
     *
     * @param memoryKills how many processes the kernel has killed so far for want of memory, as the launcher knows it
     */
    synchronized void look(OptionalLong memoryKills) {
        Limits now = memoryKills.isPresent() ? begun : now();
        Map<Limit, Long> counted = new EnumMap<>(Limit.class);
        counted.putAll(now.reached());
        if (memoryKills.orElse(0) > 0 && now.inForce().memoryBytes() != null) {
            counted.merge(Limit.MEMORY, memoryKills.getAsLong(), Math::max);
        }
        counted.forEach((limit, times) -> {
            long news = times - told.getOrDefault(limit, 0L);
            if (news > 0) {
                told.put(limit, times);
                tell(now, limit, news);
            }
        });
    }

    /** What the driver says, or what it said at the beginning when it says nothing. */
    private Limits now() {
        try {
            return workload.call().map(Workload::limits).orElse(begun);
        } catch (ComputeException e) {
            log.limitsUnknown(String.valueOf(e.getMessage()));
        } catch (Exception e) {
            log.limitsUnknown(e.toString());
        }
        return begun;
    }

    /** Those that somebody asked for and that are not in force, each with why and what to do. */
    synchronized List<String> unmet() {
        return List.copyOf(unmet);
    }

    /** Those that were reached until the last look. */
    synchronized List<String> reached() {
        return List.copyOf(reached);
    }

    private void tell(Limits limits, Limit limit, long times) {
        String value = SandboxLimits.text(limits.inForce(), limit);
        String what = switch (limit) {
            case MEMORY -> "the kernel killed " + counted(times, "process", "processes") + " at ";
            case PIDS -> counted(times, "new process or thread was", "new processes or threads were") + " refused at ";
            case CPU -> counted(times, "time", "times") + " slowed down at ";
        };
        String detail = what + "the limit of " + value + (limit == Limit.PIDS ? " processes" : "");
        reached.add(name(limit) + " limit reached: " + detail);
        log.limitReached(name(limit), detail, times);
    }

    private static String counted(long number, String one, String more) {
        return number + " " + (number == 1 ? one : more);
    }

    private String problem(Unmet missing) {
        return name(missing.limit()) + " limit: "
                + SandboxLimits.text(wanted.resources(), missing.limit()) + ": " + missing.reason()
                + " (expected: a limit that can be put in force; " + missing.remedy() + ")";
    }

    private static String name(Limit limit) {
        return limit.name().toLowerCase(Locale.ROOT);
    }
}
