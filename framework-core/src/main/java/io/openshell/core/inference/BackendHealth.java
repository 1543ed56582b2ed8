package io.openshell.core.inference;

/**
 * A short memory of a backend's failures: for a while after one, others are asked before it. Thread-safe.
 *
 * <p>It only changes the order. A backend that is the only one, or whose others are down too, is asked every time.
 */
public final class BackendHealth {

    private static final long FIRST_REST_NANOS = 5_000_000_000L;
    private static final long LONGEST_REST_NANOS = 60_000_000_000L;

    private long rest;
    private long restsUntil;

    /** It did not answer, or with a status that says that it cannot. */
    public synchronized void failed(long nanos) {
        rest = rest == 0 ? FIRST_REST_NANOS : Math.min(2 * rest, LONGEST_REST_NANOS);
        restsUntil = nanos + rest;
    }

    /** It answered. */
    public synchronized void answered() {
        rest = 0;
    }

    /** Whether others are to be asked first. */
    public synchronized boolean rests(long nanos) {
        return rest > 0 && nanos - restsUntil < 0;
    }
}
