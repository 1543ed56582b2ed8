package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.SandboxRequest.Resources;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * How much of the machine a sandbox may take.
 *
 * @param asked what somebody asked for, {@code null} where nobody did
 * @param required whether the sandbox is not made if a limit cannot be put in force, the default one included
 * @param defaultPids whether {@link #DEFAULT_PIDS} holds where nobody asked for another number; else the platform's own
 */
public record SandboxLimits(Resources asked, boolean required, boolean defaultPids) {

    /** Processes and threads when nobody says otherwise: enough for any build, too few to choke a machine. */
    public static final int DEFAULT_PIDS = 2048;

    /** What a start needs, and some room: the launcher and one program are 3 processes and take 2 MiB (measured). */
    public static final int MIN_PIDS = 16;

    /** As {@link #MIN_PIDS}, in bytes. */
    public static final long MIN_MEMORY_BYTES = 16L << 20;

    /** The kernel's smallest share of a period of 100 ms. */
    public static final double MIN_CPUS = 0.01;

    /** Nothing asked for: the default holds where it can. */
    public static final SandboxLimits DEFAULT = new SandboxLimits(Resources.UNLIMITED, false);

    private static final long MIB = 1L << 20;
    private static final int CPU_DIGITS = 3;

    /** With the default number of processes where nothing was asked for. */
    public SandboxLimits(Resources asked, boolean required) {
        this(asked, required, true);
    }

    /** With the default where nothing was asked for. */
    Resources resources() {
        Integer pids = asked.pids() == null && defaultPids ? Integer.valueOf(DEFAULT_PIDS) : asked.pids();
        return new Resources(pids, asked.memoryBytes(), asked.cpus());
    }

    /** Whether somebody asked for a limit. */
    boolean isAskedFor(Limit limit) {
        return number(asked, limit).isPresent();
    }

    /** A limit's value as a plain number; memory in bytes. */
    static Optional<String> number(Resources resources, Limit limit) {
        return switch (limit) {
            case PIDS -> Optional.ofNullable(resources.pids()).map(String::valueOf);
            case MEMORY -> Optional.ofNullable(resources.memoryBytes()).map(String::valueOf);
            case CPU ->
                Optional.ofNullable(resources.cpus())
                        .map(cpus -> BigDecimal.valueOf(cpus)
                                .setScale(CPU_DIGITS, RoundingMode.HALF_UP)
                                .stripTrailingZeros()
                                .toPlainString());
        };
    }

    /** A limit's value for people. */
    static String text(Resources resources, Limit limit) {
        Long memory = resources.memoryBytes();
        if (limit == Limit.MEMORY && memory != null && memory % MIB == 0) {
            return memory / MIB + " MiB";
        }
        return number(resources, limit).orElse("none") + (limit == Limit.MEMORY ? " bytes" : "");
    }
}
