package io.openshell.testkit.contract;

import io.openshell.api.log.ExportedEvent;
import io.openshell.api.log.LogExporter;
import io.openshell.api.log.LogExporterFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class LinesExporterTest extends LogExporterContract<LinesExporterTest.Options> {

    @TempDir
    private Path directory = Path.of("set by JUnit");

    record Options(String file) {}

    @Override
    protected LogExporterFactory<Options> factory() {
        return new LogExporterFactory<>() {
            @Override
            public String name() {
                return "lines";
            }

            @Override
            public Class<Options> configType() {
                return Options.class;
            }

            @Override
            public LogExporter create(Options options) {
                try {
                    return new Lines(Files.newBufferedWriter(Path.of(options.file())));
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }
        };
    }

    @Override
    protected Options options() {
        return new Options(directory.resolve("events").toString());
    }

    @Override
    protected int received() throws IOException {
        return Files.readAllLines(directory.resolve("events")).size();
    }

    private record Lines(Writer writer) implements LogExporter {

        @Override
        public void export(List<ExportedEvent> batch) throws IOException {
            for (ExportedEvent event : batch) {
                writer.write(event.json() + "\n");
            }
            writer.flush();
        }

        @Override
        public void close() {
            try {
                writer.close();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
