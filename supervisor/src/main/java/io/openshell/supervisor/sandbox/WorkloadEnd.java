package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.Workload;
import java.time.Duration;
import java.util.Optional;

/**
 * What a platform says of a workload that has ended although its supervisor did not end it.
 *
 * @param id the sandbox's
 */
record WorkloadEnd(ComputeDriver driver, String id) {

    /** An engine notices a moment after the launcher's connection has ended. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(50);

    /** In a few words, without an end. */
    String words() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Optional<Workload> found;
            try {
                found = driver.find(id);
            } catch (ComputeException e) {
                return "why is not known: " + e.getMessage();
            }
            if (found.isEmpty()) {
                return "nothing is left of it; somebody has killed or removed it";
            }
            // An engine that is removing it may no longer, or not yet, know how it ended.
            if (!found.get().detail().isEmpty() && hasEnded(found.get())) {
                return found.get().detail();
            }
            if (System.nanoTime() - deadline >= 0) {
                return hasEnded(found.get()) ? "its first process has ended" : "its launcher no longer answers";
            }
            Thread.sleep(PAUSE);
        }
    }

    private static boolean hasEnded(Workload workload) {
        return switch (workload.state()) {
            case STOPPED, FAILED -> true;
            case STARTING, RUNNING -> false;
        };
    }
}
