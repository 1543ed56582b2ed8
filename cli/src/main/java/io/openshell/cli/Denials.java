package io.openshell.cli;

import io.openshell.core.event.EventOutput;
import io.openshell.core.event.SecurityEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Counts what was denied, so that a run can say so at its end. */
final class Denials implements EventOutput {

    private int count;
    private String last = "";

    @Override
    public String name() {
        return "denials";
    }

    @Override
    public synchronized void write(List<SecurityEvent> batch) {
        for (SecurityEvent event : batch) {
            if (event.denied()) {
                count++;
                last = event.shorthand();
            }
        }
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    /** One line on what was denied; empty if nothing was. */
    synchronized Optional<String> summary(Path log) {
        if (count == 0) {
            return Optional.empty();
        }
        return Optional.of("openshell: " + count + (count == 1 ? " denial: " : " denials, the last: ") + last
                + " (all events: " + log + ")");
    }
}
