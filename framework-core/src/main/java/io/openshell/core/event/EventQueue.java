package io.openshell.core.event;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue from any thread to one reader. Offering takes no lock, and wakes the reader only when it sleeps:
 * after work the reader looks again a few times before it does.
 */
final class EventQueue {

    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int LINGERS = 20;

    private final int capacity;
    private final ConcurrentLinkedQueue<SecurityEvent> events = new ConcurrentLinkedQueue<>();
    /** Events in the queue or in the reader's hands. */
    private final AtomicInteger pending = new AtomicInteger();

    private final LongAdder dropped = new LongAdder();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private volatile boolean closed;
    private volatile @Nullable Thread reader;

    EventQueue(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: a positive number)");
        }
        this.capacity = capacity;
    }

    /** Adds an event, or counts it as dropped if there is no room or the queue is closed. Never blocks. */
    void offer(SecurityEvent event) {
        if (closed) {
            dropped.increment();
            return;
        }
        if (pending.incrementAndGet() > capacity) {
            pending.decrementAndGet();
            dropped.increment();
            return;
        }
        events.add(event);
        wake();
    }

    long dropped() {
        return dropped.sum();
    }

    int pending() {
        return pending.get();
    }

    boolean closed() {
        return closed;
    }

    /** Refuses further events; the reader goes on until it has read the rest. */
    void close() {
        closed = true;
        wake();
    }

    /**
     * The next events, at most {@code max}; waits for the first of them, until the queue is closed or {@code nanos}
     * have passed. The reader's thread only. Each batch is {@linkplain #done marked as done} before the next is asked for.
     */
    List<SecurityEvent> take(int max, long nanos) {
        reader = Thread.currentThread();
        List<SecurityEvent> batch = poll(max);
        long deadline = System.nanoTime() + nanos;
        for (int i = 0; batch.isEmpty() && !closed && System.nanoTime() - deadline < 0; i++) {
            if (i < LINGERS) {
                LockSupport.parkNanos(this, LINGER_NANOS);
            } else {
                sleep(deadline - System.nanoTime());
            }
            batch = poll(max);
        }
        return batch;
    }

    /** The reader has dealt with this many events. */
    void done(int count) {
        pending.addAndGet(-count);
    }

    /** Counts what is still queued as dropped. For when there is no reader any more. */
    void abandon() {
        while (events.poll() != null) {
            pending.decrementAndGet();
            dropped.increment();
        }
    }

    private List<SecurityEvent> poll(int max) {
        List<SecurityEvent> batch = new ArrayList<>();
        SecurityEvent event;
        while (batch.size() < max && (event = events.poll()) != null) {
            batch.add(event);
        }
        return batch;
    }

    /** Tells everyone first and looks once more then, so that an event that comes in between is not slept through. */
    private void sleep(long nanos) {
        asleep.set(true);
        if (events.isEmpty() && !closed) {
            LockSupport.parkNanos(this, nanos);
        }
        asleep.set(false);
    }

    private void wake() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(reader);
        }
    }
}
