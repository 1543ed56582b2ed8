package io.openshell.proxy.inference;

import io.openshell.proxy.ProxyFixture;
import io.openshell.proxy.ProxyRuntime;
import io.openshell.proxy.relay.RelayLimits;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The time that time-outs are counted by: it stands still until the test lets some pass. */
final class PassingTime implements AutoCloseable {

    private static final long ON_THE_WAY_MILLIS = 300;

    private final AtomicLong now = new AtomicLong(System.nanoTime());
    private final ProxyRuntime runtime = ProxyFixture.runtime(now::get);

    /** Threads of its own, so that no other test's time passes. */
    ProxyRuntime runtime() {
        return runtime;
    }

    /** Lets so much time pass, after what was sent before has arrived. What is overdue then happens soon. */
    void pass(long seconds) throws InterruptedException {
        Thread.sleep(ON_THE_WAY_MILLIS);
        now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    /** Lets so much time pass, and the proxy notice it. */
    void passNoticed(long seconds) throws InterruptedException {
        pass(seconds);
        Thread.sleep(2 * RelayLimits.TICK_MILLIS + 200);
    }

    @Override
    public void close() {
        runtime.close();
    }
}
