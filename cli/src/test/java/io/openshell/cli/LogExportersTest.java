package io.openshell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.log.ExportedEvent;
import io.openshell.api.log.LogExporter;
import io.openshell.api.log.LogExporterFactory;
import io.openshell.core.event.EventOutput;
import io.openshell.core.event.EventPipeline;
import io.openshell.core.event.LifecycleEvents;
import io.openshell.core.event.SandboxInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogExportersTest {

    private static final int STATUS = 125;
    private static final SandboxInfo SANDBOX = new SandboxInfo("id", "name");

    @TempDir
    Path folder;

    private final PrintStream errors = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    private final ListFactory factory = new ListFactory();
    private final LogExporters exporters = new LogExporters(List.of(factory), STATUS);

    @Test
    void every_event_reaches_the_exporter_and_closing_it_comes_last() throws Exception {
        List<EventOutput> outputs = exporters.start(List.of("list=" + options("prefix: a-")), errors);
        try (EventPipeline pipeline = EventPipeline.start(SANDBOX, Clock.systemUTC(), outputs, errors)) {
            pipeline.emit(new LifecycleEvents(SANDBOX, Clock.systemUTC()).started("one"));
            pipeline.emit(new LifecycleEvents(SANDBOX, Clock.systemUTC()).stopped("two"));
        }
        assertThat(factory.taken).hasSize(3).last().isEqualTo("closed");
        assertThat(factory.taken.getFirst()).startsWith("a-LIFECYCLE:START").contains("one");
    }

    @Test
    void an_unknown_name_is_refused_with_those_that_there_are() {
        refused(exporters, "lisst", "--log-exporter: lisst (expected: one of list)");
        refused(
                new LogExporters(List.of(), STATUS),
                "list",
                "--log-exporter: list (expected: a log exporter of a plugin; the loaded ones have none)");
    }

    @Test
    void options_are_bound_strictly_and_told_with_their_place() throws IOException {
        refused(exporters, "list", "list: prefix: missing");
        refused(exporters, "list=/no/such/file", "--log-exporter: /no/such/file (expected: a readable file)");
        String file = options("prefix: a-", "prefiks: b-");
        refused(exporters, "list=" + file, file + ":2:1: prefiks: unknown key (did you mean 'prefix'?)");
    }

    @Test
    void an_exporter_that_does_not_start_stops_the_run() throws IOException {
        refused(exporters, "list=" + options("prefix: throw"), "list: java.lang.IllegalArgumentException: no server");
        refused(exporters, "list=" + options("prefix: 'null'"), "null (expected: an exporter)");
    }

    private String options(String... lines) throws IOException {
        return Files.write(folder.resolve("options.yaml"), List.of(lines)).toString();
    }

    private void refused(LogExporters exporters, String wanted, String message) {
        assertThatThrownBy(() -> exporters.start(List.of(wanted), errors))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.status()).isEqualTo(STATUS))
                .extracting(failure -> ((CommandFailure) failure).explanation())
                .asString()
                .contains(message);
    }

    record Options(String prefix) {}

    /** Keeps what it is given, and does what its option says wrong. */
    private static final class ListFactory implements LogExporterFactory<Options> {

        private final List<String> taken = new ArrayList<>();

        @Override
        public String name() {
            return "list";
        }

        @Override
        public Class<Options> configType() {
            return Options.class;
        }

        @Override
        @SuppressWarnings("NullAway") // as a plugin that breaks the rule
        public LogExporter create(Options options) {
            if (options.prefix().equals("throw")) {
                throw new IllegalArgumentException("no server");
            }
            if (options.prefix().equals("null")) {
                return null;
            }
            return new LogExporter() {
                @Override
                public void export(List<ExportedEvent> batch) {
                    batch.forEach(event -> taken.add(options.prefix() + event.shorthand()));
                }

                @Override
                public void close() {
                    taken.add("closed");
                }
            };
        }
    }
}
