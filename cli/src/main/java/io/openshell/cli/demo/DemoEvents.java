package io.openshell.cli.demo;

import io.openshell.core.event.EventOutput;
import io.openshell.core.event.SecurityEvent;
import java.util.ArrayList;
import java.util.List;

/** Keeps the events until they are shown. */
final class DemoEvents implements EventOutput {

    private final List<String> lines = new ArrayList<>();

    @Override
    public String name() {
        return "demo";
    }

    @Override
    public synchronized void write(List<SecurityEvent> batch) {
        batch.forEach(event -> lines.add(event.shorthand()));
    }

    @Override
    public void close() {
        // Nothing is held open.
    }

    /** What has come since the last call. */
    synchronized List<String> take() {
        List<String> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }
}
