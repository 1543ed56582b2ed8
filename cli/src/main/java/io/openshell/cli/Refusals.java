package io.openshell.cli;

import io.openshell.core.event.EventOutput;
import io.openshell.core.event.SecurityEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Counts what was denied or could not be reached, so that a run can say so at its end. */
final class Refusals implements EventOutput {

    private int count;
    private String last = "";

    @Override
    public String name() {
        return "refusals";
    }

    @Override
    public synchronized void write(List<SecurityEvent> batch) {
        for (SecurityEvent event : batch) {
            if (event.cameToNothing()) {
                count++;
                last = event.shorthand();
            }
        }
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    /** One line on them; empty if there was none. */
    synchronized Optional<String> summary(Path log) {
        if (count == 0) {
            return Optional.empty();
        }
        return Optional.of(
                "openshell: " + count + (count == 1 ? " refusal or failure: " : " refusals or failures, the last: ")
                        + last + " (all events: " + log + ")");
    }
}
