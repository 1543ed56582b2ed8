package io.openshell.supervisor.sandbox;

import io.openshell.supervisor.control.KeptState;
import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.control.SecretBytes;
import io.openshell.supervisor.identity.TrustKeeping;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a sandbox's state in its launcher up to date. One thread of its own encodes and sends; what changes while it
 * does goes together with the next time. Thread-safe.
 */
final class StateKeeper implements TrustKeeping, AutoCloseable {

    private final LauncherConnection launcher;
    private final Supplier<KeptState> state;
    private final Runnable overflow;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Thread thread;

    private final AtomicLong changed = new AtomicLong(1);
    private final AtomicLong kept = new AtomicLong();
    private boolean closed;
    private @Nullable IOException failure;
    private boolean overflowed;

    /**
     * @param name the sandbox's, for the thread
     * @param launcher who keeps it
     * @param state as it is when it is asked; its authority's key is overwritten afterwards
     * @param overflow told once that not every executable fits
     */
    StateKeeper(String name, LauncherConnection launcher, Supplier<KeptState> state, Runnable overflow) {
        this.launcher = launcher;
        this.state = state;
        this.overflow = overflow;
        this.thread = Thread.ofPlatform().daemon().name("keep-" + name).unstarted(this::keepAll);
    }

    /** Begins; the state as it is then is the first to be kept. */
    StateKeeper start() {
        thread.start();
        return this;
    }

    @Override
    public void added() {
        lock.lock();
        try {
            changed.incrementAndGet();
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void awaitKept() throws IOException, InterruptedException {
        long wanted = changed.get();
        if (kept.get() >= wanted) {
            return;
        }
        lock.lockInterruptibly();
        try {
            while (kept.get() < wanted) {
                if (failure != null) {
                    throw failure;
                }
                if (closed) {
                    throw new IOException("state: not kept any more (expected: a sandbox that runs)");
                }
                moved.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Something other than trust has changed: has it kept, and waits until it is. */
    void keepNow() throws IOException, InterruptedException {
        added();
        awaitKept();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void keepAll() {
        try {
            long version = next();
            while (version > 0) {
                send();
                done(version, null);
                version = next();
            }
        } catch (IOException e) {
            done(0, e);
        } catch (RuntimeException e) {
            done(0, new IOException(String.valueOf(e.getMessage()), e));
        }
    }

    /** The next version to keep; 0 when there will be none. */
    private long next() {
        lock.lock();
        try {
            while (!closed && kept.get() >= changed.get()) {
                moved.awaitUninterruptibly();
            }
            return closed ? 0 : changed.get();
        } finally {
            lock.unlock();
        }
    }

    private void send() throws IOException {
        KeptState now = state.get();
        KeptState.Encoded encoded;
        try {
            encoded = now.encode();
        } finally {
            now.authority().close();
        }
        try (SecretBytes bytes = encoded.bytes()) {
            launcher.keep(bytes);
        }
        if (!encoded.whole() && !overflowed) {
            overflowed = true;
            overflow.run();
        }
    }

    private void done(long version, @Nullable IOException reason) {
        lock.lock();
        try {
            if (reason == null) {
                kept.set(version);
            } else {
                failure = reason;
            }
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
