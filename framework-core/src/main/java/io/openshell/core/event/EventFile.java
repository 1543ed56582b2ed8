package io.openshell.core.event;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Function;

/** Writes each event as a line of a file, in one of two forms. Used by one thread at a time. */
public final class EventFile implements EventOutput {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final LogFile file;
    private final Function<SecurityEvent, String> line;

    private EventFile(LogFile file, Function<SecurityEvent, String> line) {
        this.file = file;
        this.line = line;
    }

    /** Appends OCSF JSON, one compact object a line, to one file, which is made if it is not there. */
    public static EventFile json(Path file) {
        return new EventFile(LogFile.single(file), SecurityEvent::json);
    }

    /**
     * Writes {@code <time> OCSF <short notation>} to {@code openshell.YYYY-MM-DD.log} files of a directory, one a day (UTC),
     * of which the newest {@value LogFile#KEPT} are kept.
     */
    public static EventFile dailyShorthand(Path directory, InstantSource clock) {
        return new EventFile(
                LogFile.daily(directory, "openshell", clock),
                event -> TIME.format(event.time()) + " OCSF " + event.shorthand());
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
            lines.append(line.apply(event)).append('\n');
        }
        file.append(lines);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
