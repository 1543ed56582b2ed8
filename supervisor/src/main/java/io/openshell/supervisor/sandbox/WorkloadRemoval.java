package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The removal of a sandbox's workload. A platform that is away, such as an engine that is being started again, is waited
 * for a little; what cannot be removed then is told, and left to its driver, which removes it when it is used next. How
 * the command ended stays as it was.
 *
 * @param platform the driver's name
 * @param id the sandbox's
 * @param name the sandbox's, for whoever reads
 * @param notes takes lines for whoever waits
 */
record WorkloadRemoval(
        ComputeDriver driver, String platform, String id, String name, SandboxLog log, Consumer<String> notes) {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(250);

    void run() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean told = false;
        while (true) {
            try {
                driver.delete(id);
                return;
            } catch (ComputeException e) {
                String why = String.valueOf(e.getMessage());
                if (System.nanoTime() - deadline >= 0 || !pause()) {
                    log.leftBehind(why);
                    notes.accept("openshell: " + name + ": left behind: " + why + "; the next run with --driver "
                            + platform + " removes it");
                    return;
                }
                if (!told) {
                    notes.accept("openshell: " + name + ": not removed yet: " + why + "; trying for "
                            + PATIENCE.toSeconds() + " s");
                    told = true;
                }
            }
        }
    }

    /** Whether to try again: whoever interrupts does not want to wait. */
    private static boolean pause() {
        try {
            Thread.sleep(PAUSE);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
