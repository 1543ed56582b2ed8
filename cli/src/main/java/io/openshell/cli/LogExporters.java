package io.openshell.cli;

import io.openshell.api.log.LogExporter;
import io.openshell.api.log.LogExporterFactory;
import io.openshell.core.config.ConfigProblem;
import io.openshell.core.config.ConfigProblems;
import io.openshell.core.config.RecordBinder;
import io.openshell.core.config.YamlReader;
import io.openshell.core.event.EventOutput;
import io.openshell.core.event.ExporterOutput;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Starts the log exporters of plugins that a run was asked for; one that cannot work stops the run. */
final class LogExporters {

    private static final String OPTION = "--log-exporter";
    private static final String NO_OPTIONS = "{}";

    private final Collection<LogExporterFactory<?>> factories;
    private final int status;

    /**
     * @param factories what the loaded plugins offer
     * @param status the exit status where one cannot be started
     */
    LogExporters(Collection<LogExporterFactory<?>> factories, int status) {
        this.factories = List.copyOf(factories);
        this.status = status;
    }

    /**
     * Starts them.
     *
     * @param wanted {@code NAME}, or {@code NAME=FILE} with a file of options
     * @param errors told once that an exporter fails
     */
    List<EventOutput> start(List<String> wanted, PrintStream errors) throws CommandFailure {
        List<String> names = new ArrayList<>();
        List<LogExporter> exporters = new ArrayList<>();
        for (String text : wanted) {
            int equals = text.indexOf('=');
            names.add(equals < 0 ? text : text.substring(0, equals));
            exporters.add(make(names.getLast(), equals < 0 ? "" : text.substring(equals + 1)));
        }
        List<EventOutput> outputs = new ArrayList<>();
        for (int i = 0; i < exporters.size(); i++) {
            outputs.add(ExporterOutput.start(names.get(i), exporters.get(i), errors));
        }
        return outputs;
    }

    private LogExporter make(String name, String file) throws CommandFailure {
        for (LogExporterFactory<?> factory : factories) {
            if (factory.name().equals(name)) {
                return make(factory, file);
            }
        }
        List<String> known =
                factories.stream().map(LogExporterFactory::name).sorted().toList();
        throw refused(
                name,
                known.isEmpty()
                        ? "a log exporter of a plugin; the loaded ones have none"
                        : "one of " + String.join(", ", known));
    }

    private <C extends Record> LogExporter make(LogExporterFactory<C> factory, String file) throws CommandFailure {
        C options = options(factory, file);
        try {
            return Optional.ofNullable(factory.create(options))
                    .orElseThrow(() -> new IllegalStateException("null (expected: an exporter)"));
        } catch (RuntimeException | LinkageError e) {
            throw refused(factory.name() + ": " + e, "options that it can work with");
        }
    }

    private <C extends Record> C options(LogExporterFactory<C> factory, String file) throws CommandFailure {
        ConfigProblems problems = new ConfigProblems();
        Optional<C> options = YamlReader.read(file.isEmpty() ? NO_OPTIONS : read(file), problems)
                .flatMap(node -> new RecordBinder(problems).bind(node, factory.configType()));
        if (options.isEmpty() || problems.count() > 0) {
            List<String> lines =
                    problems.sorted().stream().map(it -> line(file, it)).toList();
            throw refused(factory.name() + ": " + String.join("; ", lines), OPTION + " " + factory.name() + "=FILE");
        }
        return options.get();
    }

    private static String line(String file, ConfigProblem problem) {
        String place = problem.path().isEmpty() ? "" : problem.path() + ": ";
        return file.isEmpty()
                ? place + problem.message()
                : file + ":" + problem.position().line() + ":"
                        + problem.position().column() + ": " + place + problem.message();
    }

    private String read(String file) throws CommandFailure {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw refused(file, "a readable file");
        }
    }

    private CommandFailure refused(String value, String expected) {
        return new CommandFailure(status, OPTION + ": " + value + " (expected: " + expected + ")");
    }
}
