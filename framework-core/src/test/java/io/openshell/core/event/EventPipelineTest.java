package io.openshell.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventPipelineTest {

    private final ByteArrayOutputStream errorBytes = new ByteArrayOutputStream();
    private final PrintStream errors = new PrintStream(errorBytes, true, StandardCharsets.UTF_8);

    @TempDir
    private Path directory = Path.of("set by JUnit");

    @Test
    void events_of_one_thread_arrive_in_order_at_every_output() throws Exception {
        KeptOutput first = new KeptOutput();
        KeptOutput second = new KeptOutput();
        try (EventPipeline pipeline = pipeline(1000, first, second)) {
            IntStream.range(0, 500).forEach(i -> pipeline.emit(Samples.numbered(i)));
            assertThat(pipeline.flush(Duration.ofSeconds(10))).isTrue();
            assertThat(first.hosts()).isEqualTo(hosts(500));
        }

        assertThat(second.hosts()).isEqualTo(hosts(500));
        assertThat(first.closed).isTrue();
        assertThat(errorBytes.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void events_of_many_threads_all_arrive() throws Exception {
        KeptOutput output = new KeptOutput();
        try (EventPipeline pipeline = pipeline(100_000, output)) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                threads.add(Thread.ofPlatform()
                        .start(() -> IntStream.range(0, 5_000).forEach(i -> pipeline.emit(Samples.numbered(i)))));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }

        assertThat(output.events).hasSize(20_000);
    }

    @Test
    void a_single_event_wakes_a_sleeping_writer() throws Exception {
        KeptOutput output = new KeptOutput();
        try (EventPipeline pipeline = pipeline(10, output)) {
            Thread.sleep(100); // longer than the writer lingers
            pipeline.emit(Samples.numbered(1));

            assertThat(pipeline.flush(Duration.ofSeconds(5))).isTrue();
            assertThat(output.events).hasSize(1);
        }
    }

    @Test
    void a_burst_beyond_the_queue_never_blocks_and_its_drops_become_an_event() throws Exception {
        CountDownLatch disk = new CountDownLatch(1);
        KeptOutput output = new KeptOutput() {
            @Override
            public void write(List<SecurityEvent> batch) throws IOException {
                await(disk);
                super.write(batch);
            }
        };
        EventPipeline pipeline = pipeline(100, output);
        IntStream.range(0, 1_000).forEach(i -> pipeline.emit(Samples.numbered(i)));
        assertThat(pipeline.dropped()).isEqualTo(900);
        disk.countDown();
        pipeline.close();

        assertThat(output.hosts().subList(0, 100)).isEqualTo(hosts(100));
        assertThat(output.events.subList(100, output.events.size()))
                .extracting(SecurityEvent::shorthand)
                .containsExactly("FINDING:DETECTED [HIGH] \"Security events were lost\" [confidence:high]"
                        + " [lost:900 lost_in_all:900 queue_full:900]");
    }

    @Test
    void drops_are_reported_again_while_they_go_on_and_each_only_once() throws Exception {
        KeptOutput output = new KeptOutput();
        try (EventPipeline pipeline = pipeline(1, output)) {
            for (int round = 0; round < 2; round++) {
                IntStream.range(0, 10_000).forEach(i -> pipeline.emit(Samples.numbered(i)));
                Thread.sleep(1_200);
            }
        }

        long reported = output.findings()
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*\\[lost:(\\d+) .*", "$1")))
                .sum();
        long connections =
                output.events.stream().filter(e -> e.classUid() == 4001).count();
        assertThat(reported + connections).isEqualTo(20_000);
        assertThat(output.findings()).hasSizeBetween(2, 4);
    }

    @Test
    void a_file_that_cannot_be_written_is_said_once_and_counted_and_the_others_go_on() throws Exception {
        KeptOutput kept = new KeptOutput();
        EventPipeline pipeline = pipeline(100, EventFile.json(Path.of("/dev/full")), kept);
        for (int i = 0; i < 3; i++) {
            pipeline.emit(Samples.numbered(i));
            assertThat(pipeline.flush(Duration.ofSeconds(5))).isTrue();
        }
        assertThat(pipeline.lost()).isGreaterThanOrEqualTo(3);
        assertThat(pipeline.dropped()).isZero();
        pipeline.close();

        assertThat(errorBytes.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("error: events: /dev/full: ")
                .contains("No space left");
        assertThat(kept.events).filteredOn(e -> e.classUid() == 4001).hasSize(3);
        assertThat(kept.findings()).anyMatch(line -> line.contains("/dev/full:"));
    }

    @Test
    void an_output_that_throws_anything_does_not_end_the_writer() throws Exception {
        KeptOutput kept = new KeptOutput();
        KeptOutput broken = new KeptOutput() {
            @Override
            public void write(List<SecurityEvent> batch) {
                throw new StackOverflowError("deep");
            }
        };
        try (EventPipeline pipeline = pipeline(100, broken, kept)) {
            pipeline.emit(Samples.numbered(0));
            assertThat(pipeline.flush(Duration.ofSeconds(5))).isTrue();
            pipeline.emit(Samples.numbered(1));
        }

        assertThat(kept.events).filteredOn(e -> e.classUid() == 4001).hasSize(2);
    }

    @Test
    void after_closing_events_are_dropped_and_counted() {
        EventPipeline pipeline = pipeline(10, new KeptOutput());
        pipeline.close();
        pipeline.emit(Samples.numbered(1));

        assertThat(pipeline.dropped()).isEqualTo(1);
        pipeline.close();
    }

    @Test
    void files_and_console_get_every_event() throws Exception {
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        try (EventPipeline pipeline = pipeline(
                100,
                EventFile.dailyShorthand(directory, Samples.CLOCK),
                EventFile.json(directory.resolve("events.jsonl")),
                new ConsoleLog(console))) {
            pipeline.emit(Samples.numbered(1));
        }

        assertThat(console.toString(StandardCharsets.UTF_8))
                .isEqualTo(Samples.numbered(1).shorthand() + "\n");
        assertThat(Files.readAllLines(directory.resolve("events.jsonl")))
                .containsExactly(Samples.numbered(1).json());
        assertThat(Files.readAllLines(directory.resolve("openshell.2026-03-04.log")))
                .hasSize(1);
    }

    @Test
    void a_capacity_of_nothing_is_refused() {
        assertThatThrownBy(() -> pipeline(0)).hasMessage("capacity: 0 (expected: a positive number)");
    }

    private EventPipeline pipeline(int capacity, EventOutput... outputs) {
        return EventPipeline.start(Samples.SANDBOX, Samples.CLOCK, List.of(outputs), errors, capacity);
    }

    private static List<String> hosts(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "host-" + i + ".example:443")
                .toList();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    /** Keeps what it gets. */
    private static class KeptOutput implements EventOutput {

        final List<SecurityEvent> events = Collections.synchronizedList(new ArrayList<>());
        volatile boolean closed;

        @Override
        public String name() {
            return "kept";
        }

        @Override
        public void write(List<SecurityEvent> batch) throws IOException {
            events.addAll(batch);
        }

        @Override
        public void close() {
            closed = true;
        }

        List<String> hosts() {
            return events.stream()
                    .map(e -> e.shorthand().replaceAll(".* -> (\\S+) .*", "$1"))
                    .toList();
        }

        Stream<String> findings() {
            return events.stream().filter(e -> e.classUid() == 2004).map(SecurityEvent::shorthand);
        }
    }
}
