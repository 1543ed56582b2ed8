package io.openshell.supervisor.sandbox;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What must be taken back, in the reverse order of its making. Each step is tried, whatever becomes of the others. */
final class Undo {

    private final Deque<Step> steps = new ArrayDeque<>();

    void add(Step step) {
        steps.push(step);
    }

    /** Takes everything back, once. Failures join {@code reason} if there is one, and are thrown together if not. */
    void run(@Nullable Exception reason) {
        // An interrupt was about what is taken back, and is no reason to leave some of it.
        boolean interrupted = Thread.interrupted();
        RuntimeException failures = new IllegalStateException("sandbox: not everything could be removed");
        while (!steps.isEmpty()) {
            try {
                steps.pop().undo();
            } catch (InterruptedException e) {
                interrupted = true;
                failures.addSuppressed(e);
            } catch (Exception e) {
                failures.addSuppressed(e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failures.getSuppressed().length == 0) {
            return;
        }
        if (reason == null) {
            throw failures;
        }
        reason.addSuppressed(failures);
    }

    @FunctionalInterface
    interface Step {
        void undo() throws Exception;
    }
}
