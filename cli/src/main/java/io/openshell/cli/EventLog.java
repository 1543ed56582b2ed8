package io.openshell.cli;

import io.openshell.core.event.ConsoleLog;
import io.openshell.core.event.EventOutput;
import io.openshell.core.event.EventPipeline;
import io.openshell.core.event.EventSink;
import io.openshell.core.event.JsonLinesLog;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.event.ShorthandLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a run's events go: the daily log, the file of {@code --events}, the console with {@code -v}. */
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
     * @throws IOException if the log's folder cannot be made
     */
    static EventLog open(Session session, SandboxInfo reporter, Optional<Path> jsonLines, Clock clock)
            throws IOException {
        Path directory = directory(session.environment());
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Refusals refusals = new Refusals();
        List<EventOutput> outputs = new ArrayList<>();
        outputs.add(ShorthandLog.daily(directory, clock));
        jsonLines.ifPresent(file -> outputs.add(JsonLinesLog.file(file)));
        if (session.verbose()) {
            outputs.add(new ConsoleLog(session.console().err()));
        }
        outputs.add(refusals);
        EventPipeline pipeline =
                EventPipeline.start(reporter, clock, outputs, session.console().err());
        return new EventLog(pipeline, refusals, directory, session.console());
    }

    /** {@code $XDG_STATE_HOME/openshell}, where a user's logs belong. */
    private static Path directory(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        Path base = state.isEmpty() ? Path.of(System.getProperty("user.home"), ".local", "state") : Path.of(state);
        return base.resolve("openshell").toAbsolutePath();
    }

    EventSink sink() {
        return pipeline;
    }

    /** Writes out what is waiting, and says what came to nothing. */
    @Override
    public void close() {
        pipeline.close();
        refusals.summary(directory).ifPresent(console::note);
        if (pipeline.lost() > 0) {
            console.warning("events: " + pipeline.lost() + " lost (expected: none; see the lines above)");
        }
    }
}
