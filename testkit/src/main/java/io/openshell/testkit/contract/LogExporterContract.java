package io.openshell.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.openshell.api.log.ExportedEvent;
import io.openshell.api.log.LogExporter;
import io.openshell.api.log.LogExporterFactory;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every log exporter does.
 *
 * @param <C> the exporter's options
 */
public abstract class LogExporterContract<C extends Record> {

    /** The factory; the same or a new one each time. */
    protected abstract LogExporterFactory<C> factory();

    /** Options that lead to a destination that the test can read. */
    protected abstract C options();

    /** How many events the destination has got since the test began. Waits as long as they may be on their way. */
    protected abstract int received() throws Exception;

    @Test
    final void the_factory_has_a_proper_name_and_takes_a_record() {
        FactoryRules.check(factory());
    }

    @Test
    final void every_event_of_every_batch_arrives() throws Exception {
        try (LogExporter exporter = factory().create(options())) {
            exporter.export(events(0, 1));
            exporter.export(events(1, 300));
        }

        assertThat(received()).isEqualTo(300);
    }

    @Test
    final void a_batch_that_was_taken_survives_the_closing() throws Exception {
        LogExporter exporter = factory().create(options());
        exporter.export(events(0, 10));
        exporter.close();

        assertThat(received()).isEqualTo(10);
    }

    @Test
    final void closing_without_an_event_is_fine() {
        LogExporter exporter = factory().create(options());

        assertThatCode(exporter::close).doesNotThrowAnyException();
    }

    @Test
    final void an_interrupt_ends_an_export_one_way_or_the_other() throws Exception {
        try (LogExporter exporter = factory().create(options())) {
            Thread thread = Thread.ofPlatform().start(() -> {
                Thread.currentThread().interrupt();
                try {
                    exporter.export(events(0, 1));
                } catch (IOException interrupted) {
                    // A refusal is as good as success: the core counts it.
                }
            });
            assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
        }
    }

    private static List<ExportedEvent> events(int from, int to) {
        return IntStream.range(from, to).<ExportedEvent>mapToObj(Numbered::new).toList();
    }

    private record Numbered(int number) implements ExportedEvent {

        @Override
        public Instant time() {
            return Instant.EPOCH.plusSeconds(number);
        }

        @Override
        public int classUid() {
            return 4001;
        }

        @Override
        public int severity() {
            return 1;
        }

        @Override
        public String json() {
            return "{\"class_uid\":4001,\"severity_id\":1,\"time\":" + time().toEpochMilli() + "}";
        }

        @Override
        public String shorthand() {
            return "NET:OPEN [INFO] ALLOWED host-" + number + ".example:443";
        }
    }
}
