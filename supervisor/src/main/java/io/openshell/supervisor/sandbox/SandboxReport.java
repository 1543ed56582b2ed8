package io.openshell.supervisor.sandbox;

import io.openshell.supervisor.control.LauncherMessage.Hello;
import io.openshell.supervisor.control.LauncherMessage.Ready;
import io.openshell.supervisor.control.LauncherMessage.Skipped;
import io.openshell.supervisor.control.LauncherMessage.Step;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What the launcher has put in force, as it read it back.
 *
 * @param kernel the kernel's release
 * @param launcher the launcher's version
 * @param landlockAbi 0 if Landlock is not in force
 * @param readOnlyRules Landlock rules for read-only paths
 * @param readWriteRules Landlock rules for writable paths
 * @param steps what was done for the sandbox, in order
 * @param skipped declared paths that are not there
 * @param attestation what was tried, and refused
 */
public record SandboxReport(
        String kernel,
        String launcher,
        int landlockAbi,
        int readOnlyRules,
        int readWriteRules,
        List<Step> steps,
        List<Skipped> skipped,
        Attestation attestation) {

    public SandboxReport {
        steps = List.copyOf(steps);
        skipped = List.copyOf(skipped);
    }

    /** What a step says of itself; empty if there was no such step. */
    public String detail(String step) {
        return steps.stream()
                .filter(candidate -> candidate.name().equals(step))
                .map(Step::detail)
                .findFirst()
                .orElse("");
    }

    static SandboxReport of(Hello hello, Ready ready) {
        return new SandboxReport(
                hello.kernel(),
                ready.launcher(),
                ready.landlockAbi(),
                ready.readOnlyRules(),
                ready.readWriteRules(),
                ready.steps(),
                ready.skipped(),
                new Attestation(ready.attempts(), Duration.of(ready.attestationMicros(), ChronoUnit.MICROS)));
    }
}
