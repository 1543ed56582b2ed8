package io.openshell.proxy;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches event loops: each of their turns is counted from the last one's end, in processor time, so that it does not count
 * what else the machine does. Keeps them busy until it is closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a loop that has ended needs no watching
final class LongestTurn implements AutoCloseable {

    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private final AtomicLong longest = new AtomicLong();
    private volatile boolean over;

    private LongestTurn() {}

    static LongestTurn of(EventLoopGroup loops) {
        LongestTurn turns = new LongestTurn();
        for (EventExecutor loop : loops) {
            loop.submit(() -> turns.next(loop, CLOCK.getCurrentThreadCpuTime())).syncUninterruptibly();
        }
        return turns;
    }

    /** The longest one so far, in nanoseconds. */
    long nanos() {
        return longest.get();
    }

    @Override
    public void close() {
        over = true;
    }

    /** By a schedule and not as a task: a loop that has tasks does these before it looks at its channels again. */
    private void next(EventExecutor loop, long begun) {
        loop.schedule(
                () -> {
                    long now = CLOCK.getCurrentThreadCpuTime();
                    longest.accumulateAndGet(now - begun, Math::max);
                    if (!over) {
                        next(loop, now);
                    }
                },
                0,
                TimeUnit.NANOSECONDS);
    }
}
