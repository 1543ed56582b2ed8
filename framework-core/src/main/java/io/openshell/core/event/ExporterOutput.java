package io.openshell.core.event;

import io.openshell.api.log.ExportedEvent;
import io.openshell.api.log.LogExporter;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Feeds a plugin's exporter from a queue and a thread of its own, so that a slow one holds up no other output. A batch
 * that fails with an {@link IOException} is offered again, {@value #ATTEMPTS} times in all; what is still not taken
 * then, or finds the queue full, is counted. Any other exception is a defect of the plugin and its batch is not repeated.
 */
public final class ExporterOutput implements EventOutput {

    /** How often a batch is offered. */
    public static final int ATTEMPTS = 5;

    /** How many events may wait for the exporter. */
    public static final int CAPACITY = 8192;

    private static final int MAX_BATCH = 256;
    private static final Duration FIRST_DELAY = Duration.ofMillis(100);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final long IDLE_NANOS = TimeUnit.HOURS.toNanos(1);

    private final String name;
    private final LogExporter exporter;
    private final PrintStream errors;
    private final Duration firstDelay;
    private final EventQueue queue;
    private final AtomicLong givenUp = new AtomicLong();
    private final Thread thread;
    private boolean told;

    private ExporterOutput(String name, LogExporter exporter, PrintStream errors, Duration firstDelay, int capacity) {
        this.name = name;
        this.exporter = exporter;
        this.errors = errors;
        this.firstDelay = firstDelay;
        this.queue = new EventQueue(capacity);
        this.thread =
                Thread.ofPlatform().name("openshell-exporter-" + name).daemon().unstarted(this::run);
    }

    /**
     * Starts to feed an exporter.
     *
     * @param name the factory's name
     * @param errors told once that the exporter fails
     */
    public static ExporterOutput start(String name, LogExporter exporter, PrintStream errors) {
        return start(name, exporter, errors, FIRST_DELAY, CAPACITY);
    }

    static ExporterOutput start(
            String name, LogExporter exporter, PrintStream errors, Duration firstDelay, int capacity) {
        ExporterOutput output = new ExporterOutput(name, exporter, errors, firstDelay, capacity);
        output.thread.start();
        return output;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void write(List<SecurityEvent> batch) {
        batch.forEach(queue::offer);
    }

    @Override
    public long lost() {
        return queue.dropped() + givenUp.get();
    }

    /** Waits a bounded time for the exporter to take what is queued; the rest is lost. */
    @Override
    public void close() {
        queue.close();
        try {
            if (!thread.join(CLOSE_LIMIT)) {
                thread.interrupt();
                thread.join(CLOSE_LIMIT);
            }
        } catch (InterruptedException interrupted) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
        queue.abandon();
    }

    private void run() {
        boolean last = false;
        while (!last) {
            last = queue.closed();
            List<SecurityEvent> batch = queue.take(MAX_BATCH, IDLE_NANOS);
            while (!batch.isEmpty()) {
                export(List.copyOf(batch));
                queue.done(batch.size());
                batch = last && !Thread.currentThread().isInterrupted() ? queue.take(MAX_BATCH, 0) : List.of();
            }
        }
        try {
            exporter.close();
        } catch (RuntimeException | Error failure) {
            tell(failure);
        }
    }

    private void export(List<ExportedEvent> batch) {
        Throwable failure = null;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            failure = offer(batch);
            boolean again = failure instanceof IOException && attempt < ATTEMPTS && pause(attempt);
            if (!again) {
                break;
            }
        }
        if (failure != null) {
            givenUp.addAndGet(batch.size());
            tell(failure);
        }
    }

    private @Nullable Throwable offer(List<ExportedEvent> batch) {
        try {
            exporter.export(batch);
            return null;
        } catch (IOException | RuntimeException | Error failure) {
            return failure;
        }
    }

    /** Waits before the next attempt, twice as long each time; false if the thread is to end. */
    private boolean pause(int attempt) {
        try {
            Thread.sleep(firstDelay.multipliedBy(1L << (attempt - 1)));
            return true;
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void tell(Throwable failure) {
        if (told) {
            return;
        }
        told = true;
        errors.println("error: events: exporter " + name + ": " + FieldText.prose(String.valueOf(failure))
                + " (expected: an exporter that takes events; lost ones are counted)");
    }
}
