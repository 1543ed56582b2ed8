package io.openshell.core.event;

import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Carries events from the threads that make them to the outputs. Taking an event costs the caller a queue node;
 * rendering and writing happen on one thread of the pipeline's own. What finds the queue full is dropped and counted,
 * and so is what an output could not write; each second in which events were lost ends with an event that says how many.
 */
public final class EventPipeline implements EventSink, AutoCloseable {

    /** How many events may wait: some megabytes, and seconds of a disk that hangs under full traffic. */
    public static final int DEFAULT_CAPACITY = 16_384;

    /** The longest that closing waits for outputs. */
    public static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private static final int MAX_BATCH = 1024;
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long IDLE_NANOS = TimeUnit.HOURS.toNanos(1);

    private final EventQueue queue;
    private final FindingEvents findings;
    private final List<GuardedOutput> outputs;
    private final Thread writer;
    // The writer's own:
    private long reportedLosses;
    private long lastReport = System.nanoTime() - REPORT_NANOS;

    private EventPipeline(EventQueue queue, FindingEvents findings, List<GuardedOutput> outputs) {
        this.queue = queue;
        this.findings = findings;
        this.outputs = outputs;
        this.writer = Thread.ofPlatform().name("openshell-events").daemon().unstarted(this::run);
    }

    /**
     * Starts a pipeline with the {@linkplain #DEFAULT_CAPACITY default capacity}.
     *
     * @param reporter whose events the reports of lost events are
     * @param outputs where every event goes, in this order; closed by {@link #close}
     * @param errors told, once for each output, that it does not work
     */
    public static EventPipeline start(
            SandboxInfo reporter, InstantSource clock, List<? extends EventOutput> outputs, PrintStream errors) {
        return start(reporter, clock, outputs, errors, DEFAULT_CAPACITY);
    }

    /**
     * Starts a pipeline.
     *
     * @param capacity how many events may wait; positive
     */
    public static EventPipeline start(
            SandboxInfo reporter,
            InstantSource clock,
            List<? extends EventOutput> outputs,
            PrintStream errors,
            int capacity) {
        List<GuardedOutput> guarded = outputs.stream()
                .map(output -> new GuardedOutput(output, errors))
                .toList();
        EventPipeline pipeline =
                new EventPipeline(new EventQueue(capacity), new FindingEvents(reporter, clock), guarded);
        pipeline.writer.start();
        return pipeline;
    }

    @Override
    public void emit(SecurityEvent event) {
        queue.offer(event);
    }

    /** How many events found no room. */
    public long dropped() {
        return queue.dropped();
    }

    /** How many times an event did not get to an output: those that found no room, and those an output gave up. */
    public long lost() {
        long lost = queue.dropped();
        for (GuardedOutput output : outputs) {
            lost += output.lost();
        }
        return lost;
    }

    /**
     * Waits until what was emitted before this call has been written.
     *
     * @return false if {@code limit} passed first
     */
    public boolean flush(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (queue.pending() > 0) {
            if (System.nanoTime() - deadline >= 0 || !writer.isAlive()) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return true;
    }

    /** Writes what has been emitted, reports losses and closes the outputs; waits at most {@link #CLOSE_LIMIT}. */
    @Override
    public void close() {
        queue.close();
        try {
            writer.join(CLOSE_LIMIT);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!writer.isAlive()) {
            queue.abandon();
        }
    }

    private void run() {
        boolean last = false;
        while (!last) {
            // In this order: what was offered before the closing is read after it was seen.
            last = queue.closed();
            List<SecurityEvent> batch = queue.take(MAX_BATCH, untilNextReport());
            while (!batch.isEmpty()) {
                write(batch);
                queue.done(batch.size());
                batch = last ? queue.take(MAX_BATCH, 0) : List.of();
            }
            reportLosses(last);
        }
        outputs.forEach(GuardedOutput::close);
    }

    private void write(List<SecurityEvent> batch) {
        for (GuardedOutput output : outputs) {
            output.write(batch);
        }
    }

    private long untilNextReport() {
        return lost() == reportedLosses ? IDLE_NANOS : Math.max(1, lastReport + REPORT_NANOS - System.nanoTime());
    }

    private void reportLosses(boolean now) {
        long total = lost();
        long fresh = total - reportedLosses;
        if (fresh == 0 || (!now && System.nanoTime() - lastReport < REPORT_NANOS)) {
            return;
        }
        reportedLosses = total;
        lastReport = System.nanoTime();
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.of("lost", fresh));
        facts.add(Fact.of("lost_in_all", total));
        facts.add(Fact.of("queue_full", queue.dropped()));
        for (GuardedOutput output : outputs) {
            if (output.lost() > 0) {
                facts.add(new Fact(output.name(), Long.toString(output.lost())));
            }
        }
        write(List.of(findings.detected(
                Severity.HIGH,
                "Security events were lost",
                fresh + " events did not get to every output",
                facts.toArray(Fact[]::new))));
    }
}
