package io.openshell.example.redis;

import io.openshell.api.config.InvalidConfigException;
import io.openshell.api.config.TextMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint with {@code protocol: redis} says.
 *
 * @param rules what is allowed; at least one
 * @param denyRules what is refused whatever the rules say, or {@code null} for nothing
 * @param maxBulkBytes the longest argument, in bytes; {@code null} for {@link #DEFAULT_BULK_BYTES}
 * @param maxArguments the most arguments of a command, its name among them; {@code null} for {@link #DEFAULT_ARGUMENTS}
 * @param maxPipeline the most commands without an answer; {@code null} for {@link #DEFAULT_PIPELINE}
 */
record RedisOptions(
        List<Rule> rules,
        @Nullable List<Command> denyRules,
        @Nullable Integer maxBulkBytes,
        @Nullable Integer maxArguments,
        @Nullable Integer maxPipeline) {

    static final int DEFAULT_BULK_BYTES = 1 << 20;
    static final int DEFAULT_ARGUMENTS = 1024;
    static final int DEFAULT_PIPELINE = 10_000;

    RedisOptions {
        rules = List.copyOf(rules);
        denyRules = denyRules == null ? null : List.copyOf(denyRules);
        requirePositive("maxBulkBytes", maxBulkBytes);
        requirePositive("maxArguments", maxArguments);
        requirePositive("maxPipeline", maxPipeline);
    }

    private static void requirePositive(String component, @Nullable Integer value) {
        if (value != null && value < 1) {
            throw new InvalidConfigException(component, value, "a positive number");
        }
    }

    /** {@code allow: {…}}. */
    record Rule(Command allow) {}

    /**
     * A kind of command.
     *
     * @param command globs over the command's name, or over {@code NAME|SUBCOMMAND}; case does not matter
     * @param key globs that every key of an allowed command, or any key of a refused one, matches; {@code null} for any
     */
    record Command(TextMatcher command, @Nullable TextMatcher key) {}

    List<Command> denied() {
        return denyRules == null ? List.of() : denyRules;
    }

    RedisLimits limits() {
        return new RedisLimits(
                maxBulkBytes == null ? DEFAULT_BULK_BYTES : maxBulkBytes,
                maxArguments == null ? DEFAULT_ARGUMENTS : maxArguments,
                maxPipeline == null ? DEFAULT_PIPELINE : maxPipeline);
    }
}
