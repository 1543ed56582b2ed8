package io.openshell.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.log.ExportedEvent;
import io.openshell.api.log.LogExporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExporterOutputTest {

    private final ByteArrayOutputStream errorBytes = new ByteArrayOutputStream();
    private final List<String> taken = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger closings = new AtomicInteger();

    @Test
    void hands_on_everything_in_order_and_closes_the_exporter_once() {
        ExporterOutput output = start(batch -> {}, 10_000);
        output.write(IntStream.range(0, 1_000).mapToObj(Samples::numbered).toList());
        output.close();

        assertThat(taken)
                .isEqualTo(IntStream.range(0, 1_000)
                        .mapToObj(i -> Samples.numbered(i).json())
                        .toList());
        assertThat(closings).hasValue(1);
        assertThat(output.lost()).isZero();
    }

    @Test
    void offers_a_batch_again_after_an_io_exception() {
        ExporterOutput output = start(
                batch -> {
                    if (calls.incrementAndGet() < 3) {
                        throw new IOException("away");
                    }
                },
                10);
        output.write(List.of(Samples.numbered(1)));
        output.close();

        assertThat(calls).hasValue(3);
        assertThat(taken).hasSize(1);
        assertThat(output.lost()).isZero();
    }

    @Test
    void gives_a_batch_up_after_the_last_attempt_and_counts_it() {
        ExporterOutput output = start(
                batch -> {
                    calls.incrementAndGet();
                    throw new IOException("away\nfor good");
                },
                10);
        output.write(List.of(Samples.numbered(1), Samples.numbered(2)));
        output.close();

        assertThat(calls.get() % ExporterOutput.ATTEMPTS).isZero();
        assertThat(output.lost()).isEqualTo(2);
        assertThat(errorBytes.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .contains("exporter test", "away\\nfor good");
    }

    @Test
    void a_defect_is_not_repeated_and_the_next_batch_is_offered() throws Exception {
        ExporterOutput output = start(
                batch -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new NoClassDefFoundError("com/example/Missing");
                    }
                },
                10);
        output.write(List.of(Samples.numbered(1)));
        while (output.lost() == 0) {
            Thread.sleep(1);
        }
        output.write(List.of(Samples.numbered(2)));
        output.close();

        assertThat(taken).containsExactly(Samples.numbered(2).json());
        assertThat(output.lost()).isEqualTo(1);
    }

    @Test
    void a_hanging_exporter_costs_only_its_own_events() {
        CountDownLatch never = new CountDownLatch(1);
        ExporterOutput output = start(
                batch -> {
                    try {
                        never.await();
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                        throw new IOException(interrupted);
                    }
                },
                10);
        long before = System.nanoTime();
        IntStream.range(0, 1_000).forEach(i -> output.write(List.of(Samples.numbered(i))));

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
        assertThat(output.lost()).isGreaterThanOrEqualTo(989);
        output.close();
        assertThat(output.lost()).isEqualTo(1_000);
    }

    private ExporterOutput start(Behaviour behaviour, int capacity) {
        LogExporter exporter = new LogExporter() {
            @Override
            public void export(List<ExportedEvent> batch) throws IOException {
                behaviour.export(batch);
                batch.forEach(event -> taken.add(event.json()));
            }

            @Override
            public void close() {
                closings.incrementAndGet();
            }
        };
        PrintStream errors = new PrintStream(errorBytes, true, StandardCharsets.UTF_8);
        return ExporterOutput.start("test", exporter, errors, Duration.ofMillis(1), capacity);
    }

    private interface Behaviour {
        void export(List<ExportedEvent> batch) throws IOException;
    }
}
