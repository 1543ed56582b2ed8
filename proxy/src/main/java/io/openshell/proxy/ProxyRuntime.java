package io.openshell.proxy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.openshell.proxy.egress.Dialer;
import io.openshell.proxy.relay.RelayLimits;
import io.openshell.proxy.relay.RelayLoop;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The threads and buffers of all proxies of this process: one event loop a core, and virtual threads for what may
 * block. Start it before anything enters another namespace: a thread that is first started from within one would
 * stay there.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a channel is told to do ends in an event, not in a future
public final class ProxyRuntime implements AutoCloseable {

    /** Held, since loggers that nobody holds forget their level. Netty's warnings are about itself, not about traffic. */
    private static final Logger NETTY = Logger.getLogger("io.netty");

    /** 8 KiB pages in chunks of 1 MiB: small enough that a hundred quiet sandboxes stay small. */
    private static final int PAGE_BYTES = 8192;

    private static final int CHUNK_ORDER = 7;
    private static final int CACHED_SMALL = 128;
    private static final int CACHED_NORMAL = 32;
    private static final long QUIET_MILLIS = 0;
    private static final long CLOSE_MILLIS = 5_000;

    private final EventLoopGroup eventLoops;
    private final ExecutorService background;
    private final ByteBufAllocator allocator;
    private final WriteBufferWaterMark waterMark =
            new WriteBufferWaterMark(RelayLimits.WRITE_LOW_WATER, RelayLimits.WRITE_HIGH_WATER);
    private final Dialer dialer;
    private final Map<EventLoop, RelayLoop> relayLoops;

    private ProxyRuntime(int threads, UnaryOperator<InetSocketAddress> route, LongSupplier nanoTime) {
        Epoll.ensureAvailability();
        eventLoops = new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("openshell-proxy", true), EpollIoHandler.newFactory());
        background = Executors.newVirtualThreadPerTaskExecutor();
        allocator = new PooledByteBufAllocator(
                true, 1, threads, PAGE_BYTES, CHUNK_ORDER, CACHED_SMALL, CACHED_NORMAL, false);
        dialer = new Dialer(allocator, waterMark, route);
        relayLoops = startLoops(eventLoops, nanoTime);
    }

    /**
     * Starts the event loops, and loads what the first listener needs.
     *
     * @throws UnsatisfiedLinkError if this is not Linux, or the native transport does not load
     */
    public static ProxyRuntime start() {
        NETTY.setLevel(Level.SEVERE);
        ProxyRuntime runtime = new ProxyRuntime(
                Runtime.getRuntime().availableProcessors(), UnaryOperator.identity(), System::nanoTime);
        ProxyServer.prepare(runtime);
        return runtime;
    }

    /**
     * The same with the last step of dialling changed, so that tests can answer for public addresses on loopback, and
     * with a time that tests can let pass. Names, checks and everything before it are the real ones.
     *
     * @param route where a connection to a checked address is made to in fact
     * @param nanoTime what time-outs are counted by
     */
    static ProxyRuntime startRouted(int threads, UnaryOperator<InetSocketAddress> route, LongSupplier nanoTime) {
        return new ProxyRuntime(threads, route, nanoTime);
    }

    private static Map<EventLoop, RelayLoop> startLoops(EventLoopGroup group, LongSupplier nanoTime) {
        Map<EventLoop, RelayLoop> loops = new HashMap<>();
        for (EventExecutor executor : group) {
            EventLoop loop = (EventLoop) executor;
            loops.put(loop, new RelayLoop(loop, nanoTime));
            loop.submit(() -> {}).syncUninterruptibly();
        }
        return Map.copyOf(loops);
    }

    EventLoopGroup eventLoops() {
        return eventLoops;
    }

    Map<EventLoop, RelayLoop> relayLoops() {
        return relayLoops;
    }

    ExecutorService background() {
        return background;
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    WriteBufferWaterMark waterMark() {
        return waterMark;
    }

    Dialer dialer() {
        return dialer;
    }

    /** Ends all threads; proxies that still run lose their connections. */
    @Override
    public void close() {
        background.shutdownNow();
        eventLoops
                .shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(2 * CLOSE_MILLIS);
    }
}
