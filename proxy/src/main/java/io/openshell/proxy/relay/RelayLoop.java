package io.openshell.proxy.relay;

import io.netty.channel.EventLoop;
import io.openshell.core.echo.EchoWorkspace;
import io.openshell.proxy.egress.UpstreamPool;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What the connections of one event loop share: the idle upstream connections, and one clock for all time-outs, so
 * that an idle tunnel has no timer of its own. Confined to the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a channel is told to do ends in an event, not in a future
public final class RelayLoop {

    private final EventLoop eventLoop;
    private final UpstreamPool pool;
    private final EchoWorkspace echoWorkspace = new EchoWorkspace();
    private final SearchTurns searchTurns;
    private final Set<ClientConnection> connections = Collections.newSetFromMap(new IdentityHashMap<>());
    private final LongSupplier nanoTime;
    private boolean ticking;

    /**
     * The loop of connections to come.
     *
     * @param nanoTime as {@link System#nanoTime()}: what time-outs are counted by
     */
    public RelayLoop(EventLoop eventLoop, LongSupplier nanoTime) {
        this.eventLoop = eventLoop;
        this.nanoTime = nanoTime;
        this.pool = new UpstreamPool(nanoTime);
        this.searchTurns = new SearchTurns(eventLoop);
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    /** What time-outs are counted by, in nanoseconds from anywhere. */
    long nanoTime() {
        return nanoTime.getAsLong();
    }

    UpstreamPool pool() {
        return pool;
    }

    /** Where the loop's connections look for credentials in answers. */
    EchoWorkspace echoWorkspace() {
        return echoWorkspace;
    }

    /** What the loop's connections may look through in a turn. */
    SearchTurns searchTurns() {
        return searchTurns;
    }

    void add(ClientConnection connection) {
        connections.add(connection);
        if (!ticking) {
            ticking = true;
            scheduleTick();
        }
    }

    void remove(ClientConnection connection) {
        connections.remove(connection);
    }

    /** Ends a sandbox's connections and forgets its idle ones. */
    void end(SandboxRelay sandbox) {
        for (ClientConnection connection : snapshot()) {
            if (connection.sandbox() == sandbox) {
                connection.close();
            }
        }
        pool.forget(sandbox.id());
    }

    private void tick() {
        long now = nanoTime();
        for (ClientConnection connection : snapshot()) {
            tickOne(connection, now);
        }
        pool.expire();
        ticking = !connections.isEmpty() || pool.size() > 0;
        if (ticking) {
            scheduleTick();
        }
    }

    /** A fault in one connection must not stop the clock of the others. */
    private static void tickOne(ClientConnection connection, long now) {
        try {
            connection.tick(now);
        } catch (RuntimeException e) {
            connection.sandbox().broken(e);
            connection.close();
        }
    }

    private void scheduleTick() {
        eventLoop.schedule(this::tick, RelayLimits.TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private ClientConnection[] snapshot() {
        return connections.toArray(new ClientConnection[0]);
    }
}
