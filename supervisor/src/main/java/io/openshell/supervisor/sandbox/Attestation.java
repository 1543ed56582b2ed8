package io.openshell.supervisor.sandbox;

import io.openshell.supervisor.control.LauncherMessage.Attempt;
import io.openshell.supervisor.control.LauncherMessage.AttemptOutcome;
import java.time.Duration;
import java.util.List;

/**
 * What a probe under the agent's own confinement tried before the sandbox was ready. Every attempt that applies came out
 * as expected: a sandbox with any other does not start.
 *
 * @param attempts in the order made
 * @param took all of them together, on the wall clock
 */
public record Attestation(List<Attempt> attempts, Duration took) {

    public Attestation {
        attempts = List.copyOf(attempts);
    }

    /** How many attempts say nothing about this sandbox, each with its reason. */
    public long notApplicable() {
        return attempts.stream()
                .filter(attempt -> attempt.outcome() == AttemptOutcome.NOT_APPLICABLE)
                .count();
    }
}
