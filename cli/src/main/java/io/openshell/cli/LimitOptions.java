package io.openshell.cli;

import io.openshell.api.compute.SandboxRequest.Resources;
import io.openshell.supervisor.sandbox.SandboxLimits;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options of {@code run} that limit what a sandbox takes of the machine. */
final class LimitOptions {

    private static final Pattern WHOLE = Pattern.compile("[0-9]{1,9}");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,9})?)(?:([kmgt])i?b?)?");
    private static final Pattern CPUS = Pattern.compile("([0-9]{1,7}(?:\\.[0-9]{1,6})?)(m?)");
    private static final int THOUSANDTHS = 3;
    private static final String PLATFORMS = "0";
    private static final String UNITS = "kmgt";
    private static final int UNIT_BITS = 10;

    /** What the kernel has numbers for, on 64 bits. */
    private static final int MAX_PIDS = 4_194_304;

    private static final long MAX_MEMORY = 1L << 50;
    private static final long MAX_CPUS = 8192;

    private final int status;

    private LimitOptions(int status) {
        this.status = status;
    }

    /** Adds the options to a command. */
    static void describe(CommandSpec spec) {
        spec.addOption(option("--pids", "N")
                        .description("At most N processes and threads at a time. Default: " + SandboxLimits.DEFAULT_PIDS
                                + ", where it can be set; 0 leaves it to the platform.")
                        .build())
                .addOption(option("--memory", "SIZE")
                        .description(
                                "At most so much memory, as in 512m, 2Gi or 1.5g (in powers of 1024); no swap. At the"
                                        + " limit the kernel kills the largest process.")
                        .build())
                .addOption(option("--cpu", "N")
                        .description("At most the time of so many processors, as in 2, 0.5 or 500m.")
                        .build())
                .addOption(OptionSpec.builder("--require-limits")
                        .type(boolean.class)
                        .description("Do not start if a limit cannot be set, the default one on processes included."
                                + " Without this it is an event.")
                        .build());
    }

    private static OptionSpec.Builder option(String name, String label) {
        return OptionSpec.builder(name).paramLabel(label).type(String.class);
    }

    /** @param status what to exit with when a value cannot be used */
    static SandboxLimits of(ParseResult parsed, int status) throws CommandFailure {
        LimitOptions options = new LimitOptions(status);
        return new SandboxLimits(
                new Resources(
                        options.pids(parsed.matchedOptionValue("--pids", (String) null)),
                        options.memory(parsed.matchedOptionValue("--memory", (String) null)),
                        options.cpus(parsed.matchedOptionValue("--cpu", (String) null))),
                parsed.matchedOptionValue("--require-limits", false),
                !parsed.matchedOptionValue("--pids", "").equals(PLATFORMS));
    }

    private @Nullable Integer pids(@Nullable String value) throws CommandFailure {
        if (value == null || value.equals(PLATFORMS)) {
            return null;
        }
        int number = WHOLE.matcher(value).matches() ? Integer.parseInt(value) : -1;
        if (number < SandboxLimits.MIN_PIDS || number > MAX_PIDS) {
            throw refused(
                    "--pids",
                    value,
                    "a whole number from " + SandboxLimits.MIN_PIDS + ", which a sandbox needs to start, to " + MAX_PIDS
                            + ", or 0 for the platform's own limit");
        }
        return number;
    }

    private @Nullable Long memory(@Nullable String value) throws CommandFailure {
        if (value == null) {
            return null;
        }
        BigDecimal bytes = size(value).orElseThrow(() -> refused("--memory", value, "a size such as 512m or 2g"));
        if (bytes.compareTo(BigDecimal.valueOf(SandboxLimits.MIN_MEMORY_BYTES)) < 0
                || bytes.compareTo(BigDecimal.valueOf(MAX_MEMORY)) > 0) {
            throw refused(
                    "--memory",
                    value,
                    "a size from " + (SandboxLimits.MIN_MEMORY_BYTES >> 20)
                            + "m, which a sandbox needs to start, to 1024t");
        }
        return bytes.setScale(0, RoundingMode.DOWN).longValueExact();
    }

    private static Optional<BigDecimal> size(String value) {
        Matcher matcher = SIZE.matcher(value.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String unit = matcher.group(2);
        int bits = unit == null ? 0 : UNIT_BITS * (UNITS.indexOf(unit) + 1);
        return Optional.of(new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1L << bits)));
    }

    private @Nullable Double cpus(@Nullable String value) throws CommandFailure {
        if (value == null) {
            return null;
        }
        BigDecimal number = processors(value);
        if (number.compareTo(BigDecimal.valueOf(SandboxLimits.MIN_CPUS)) < 0
                || number.compareTo(BigDecimal.valueOf(MAX_CPUS)) > 0) {
            throw refused("--cpu", value, "a number of processors from " + SandboxLimits.MIN_CPUS + " to " + MAX_CPUS);
        }
        return number.doubleValue();
    }

    /** Zero if it is none. */
    private static BigDecimal processors(String value) {
        Matcher matcher = CPUS.matcher(value);
        if (!matcher.matches()) {
            return BigDecimal.ZERO;
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        return matcher.group(2).isEmpty() ? number : number.movePointLeft(THOUSANDTHS);
    }

    private CommandFailure refused(String name, String value, String expected) {
        return new CommandFailure(status, name + ": " + value + " (expected: " + expected + ")");
    }
}
