package io.openshell.core.event;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** Writes events as OCSF JSON, one compact object a line. */
public final class JsonLinesLog implements EventOutput {

    private final LogFile file;

    private JsonLinesLog(LogFile file) {
        this.file = file;
    }

    /** Appends to one file, which is made if it is not there. */
    public static JsonLinesLog file(Path file) {
        return new JsonLinesLog(LogFile.single(file));
    }

    /**
     * Writes {@code openshell-ocsf.YYYY-MM-DD.log} files into a directory, in which the newest {@value LogFile#KEPT} are
     * kept.
     */
    public static JsonLinesLog daily(Path directory, InstantSource clock) {
        return new JsonLinesLog(LogFile.daily(directory, "openshell-ocsf", clock));
    }

    /** Opens the file now, and not with the first event: whoever needs a record can refuse to go on without one. */
    public void open() throws IOException {
        file.open();
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public void write(List<SecurityEvent> batch) throws IOException {
        StringBuilder lines = new StringBuilder(batch.size() * 1024);
        for (SecurityEvent event : batch) {
            lines.append(event.json()).append('\n');
        }
        file.append(lines);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
