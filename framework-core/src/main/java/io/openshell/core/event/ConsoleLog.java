package io.openshell.core.event;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the short notation to a stream, one line for each event, and leaves the stream open. */
public final class ConsoleLog implements EventOutput {

    private final OutputStream stream;

    public ConsoleLog(OutputStream stream) {
        this.stream = stream;
    }

    @Override
    public String name() {
        return "console";
    }

    @Override
    public void write(List<SecurityEvent> batch) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (SecurityEvent event : batch) {
            lines.append(event.shorthand()).append('\n');
        }
        stream.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        stream.flush();
    }

    @Override
    public void close() {
        // The stream is not ours.
    }
}
