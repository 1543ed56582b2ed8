package io.openshell.core.event;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Writes {@code <time> OCSF <short notation>} lines to {@code openshell.YYYY-MM-DD.log}, one file a day (UTC). */
public final class ShorthandLog implements EventOutput {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final LogFile file;

    private ShorthandLog(LogFile file) {
        this.file = file;
    }

    /** Writes into a directory, in which the newest {@value LogFile#KEPT} files are kept. */
    public static ShorthandLog daily(Path directory, InstantSource clock) {
        return new ShorthandLog(LogFile.daily(directory, "openshell", clock));
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
        StringBuilder lines = new StringBuilder(batch.size() * 200);
        for (SecurityEvent event : batch) {
            lines.append(time(event.time()))
                    .append(" OCSF ")
                    .append(event.shorthand())
                    .append('\n');
        }
        file.append(lines);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static String time(Instant instant) {
        return TIME.format(instant);
    }
}
