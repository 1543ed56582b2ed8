package io.openshell.supervisor.sandbox;

import io.openshell.supervisor.control.KeptState.KeptCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a command may still take.
 *
 * @param left from now on; zero if it is over
 * @param total what was allowed from its start
 */
record TimeLimit(Duration left, Duration total) {

    static Optional<TimeLimit> of(CommandSpec spec) {
        return spec.timeout().map(timeout -> new TimeLimit(timeout, timeout));
    }

    /** What is left of the limit of a command that another supervisor has started. */
    static Optional<TimeLimit> of(KeptCommand command, Instant now) {
        if (command.deadlineMillis() == 0) {
            return Optional.empty();
        }
        Duration left = Duration.between(now, Instant.ofEpochMilli(command.deadlineMillis()));
        return Optional.of(
                new TimeLimit(left.isNegative() ? Duration.ZERO : left, Duration.ofSeconds(command.timeoutSeconds())));
    }
}
