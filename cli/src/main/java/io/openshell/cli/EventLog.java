package io.openshell.cli;

import io.openshell.core.event.ConsoleLog;
import io.openshell.core.event.EventFile;
import io.openshell.core.event.EventOutput;
import io.openshell.core.event.EventPipeline;
import io.openshell.core.event.EventSink;
import io.openshell.core.event.SandboxInfo;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a run's events go: the daily log, the file of {@code --events}, plugins' exporters, the console with {@code -v}. */
final class EventLog implements AutoCloseable {

    private final EventPipeline pipeline;
    private final Refusals refusals;
    private final Path directory;
    private final Console console;

    private EventLog(EventPipeline pipeline, Refusals refusals, Path directory, Console console) {
        this.pipeline = pipeline;
        this.refusals = refusals;
        this.directory = directory;
        this.console = console;
    }

    /**
     * Opens the log.
     *
     * @param jsonLines a file to append OCSF JSON to
     * @param exporters more outputs, which it closes in the end
     * @throws IOException if one of the files cannot be written, with a message for the user
     * @throws CommandFailure if an exporter cannot be started
     */
    static EventLog open(
            Session session, SandboxInfo reporter, Optional<Path> jsonLines, Exporters exporters, Clock clock)
            throws IOException, CommandFailure {
        Path directory = directory(session.environment());
        Refusals refusals = new Refusals();
        List<EventOutput> outputs = new ArrayList<>();
        outputs.add(daily(directory, clock));
        if (jsonLines.isPresent()) {
            outputs.add(file(jsonLines.get()));
        }
        if (session.verbose()) {
            outputs.add(new ConsoleLog(session.console().err()));
        }
        outputs.add(refusals);
        outputs.addAll(exporters.start(session.console().err()));
        EventPipeline pipeline =
                EventPipeline.start(reporter, clock, outputs, session.console().err());
        return new EventLog(pipeline, refusals, directory, session.console());
    }

    /** Starts outputs once nothing else can fail. */
    interface Exporters {

        /** @param errors told once that an exporter fails */
        List<EventOutput> start(PrintStream errors) throws CommandFailure;
    }

    private static EventOutput daily(Path directory, Clock clock) throws IOException {
        EventFile log = EventFile.dailyShorthand(directory, clock);
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            log.open();
            return log;
        } catch (IOException e) {
            throw new IOException(
                    "events: " + directory + ": " + reason(e)
                            + " (expected: a folder to write to; XDG_STATE_HOME names another)",
                    e);
        }
    }

    private static EventOutput file(Path file) throws IOException {
        EventFile log = EventFile.json(file);
        try {
            log.open();
            return log;
        } catch (IOException e) {
            throw new IOException("--events: " + file + ": " + reason(e) + " (expected: a file to append to)", e);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied";
            case NoSuchFileException missing -> "a folder of its path is not there";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    /** {@code $XDG_STATE_HOME/openshell}, where a user's logs belong. A relative path does not count there. */
    private static Path directory(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        String home = environment.getOrDefault("HOME", "");
        Path base = state.startsWith("/")
                ? Path.of(state)
                : Path.of(home.startsWith("/") ? home : System.getProperty("user.home"), ".local", "state");
        return base.resolve("openshell").toAbsolutePath();
    }

    EventSink sink() {
        return pipeline;
    }

    /** Writes out what is waiting, and says what came to nothing. */
    @Override
    public void close() {
        pipeline.close();
        refusals.summary(directory).forEach(console::note);
        if (pipeline.lost() > 0) {
            console.warning("events: " + pipeline.lost() + " lost (expected: none; see the lines above)");
        }
    }
}
