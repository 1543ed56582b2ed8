package io.openshell.proxy;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Finds buffers that were dropped without being released. Netty would only log them, and tests have no log; the
 * module's test settings name this class as Netty's detector.
 *
 * @param <T> what is watched
 */
public final class BufferLeaks<T> extends ResourceLeakDetector<T> {

    private static final List<String> FOUND = new CopyOnWriteArrayList<>();

    /** For Netty, which makes one for each kind of resource. */
    public BufferLeaks(Class<?> resource, int samplingInterval) {
        super(resource, samplingInterval);
    }

    /** The older of the two constructors that Netty looks for. */
    @SuppressWarnings({"deprecation", "UnusedVariable"}) // its parameters are Netty's
    public BufferLeaks(Class<?> resource, int samplingInterval, long maxActive) {
        this(resource, samplingInterval);
    }

    /** What the collector has found so far of what event loops have lost; tests' own buffers don't matter. */
    public static List<String> found() {
        return List.copyOf(FOUND);
    }

    /** Forgets them. */
    public static void forget() {
        FOUND.clear();
    }

    @Override
    protected boolean needReport() {
        return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        if (records.contains("SingleThreadEventExecutor")) {
            FOUND.add(resourceType + records);
        }
    }
}
