package io.openshell.proxy.egress;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The idle connections of one event loop. Confined to that loop. */
public final class UpstreamPool {

    private final LongSupplier nanoTime;
    private final Map<UpstreamKey, Deque<UpstreamConnection>> idle = new HashMap<>();
    private int size;

    /** @param nanoTime as {@link System#nanoTime()}: what idle times are counted by */
    public UpstreamPool(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Takes the connection that was used last, if there is one to an address that has been checked just now.
     *
     * @param cleared the addresses that the destination may be reached at
     */
    public @Nullable UpstreamConnection take(UpstreamKey key, List<InetAddress> cleared) {
        Deque<UpstreamConnection> candidates = idle.get(key);
        if (candidates == null) {
            return null;
        }
        Iterator<UpstreamConnection> newestFirst = candidates.iterator();
        UpstreamConnection found = null;
        while (found == null && newestFirst.hasNext()) {
            UpstreamConnection candidate = newestFirst.next();
            if (!candidate.usable()) {
                newestFirst.remove();
                size--;
            } else if (cleared.contains(candidate.address())) {
                newestFirst.remove();
                size--;
                found = candidate;
            }
        }
        if (candidates.isEmpty()) {
            idle.remove(key);
        }
        return found;
    }

    /** Whether {@link #take} would find one. */
    public boolean has(UpstreamKey key, List<InetAddress> cleared) {
        Deque<UpstreamConnection> candidates = idle.get(key);
        return candidates != null && candidates.stream().anyMatch(it -> it.usable() && cleared.contains(it.address()));
    }

    /** Keeps a connection on which an exchange has just ended, or closes it if there is no room. */
    public void give(UpstreamKey key, UpstreamConnection connection) {
        if (!connection.usable()) {
            return;
        }
        Deque<UpstreamConnection> kept = idle.computeIfAbsent(key, unused -> new ArrayDeque<>(2));
        if (size >= EgressLimits.POOL_TOTAL || kept.size() >= EgressLimits.POOL_PER_KEY) {
            connection.close();
            return;
        }
        connection.detach();
        connection.idleSince(nanoTime.getAsLong());
        kept.addFirst(connection);
        size++;
    }

    /** Closes what has been idle for too long. */
    public void expire() {
        long now = nanoTime.getAsLong();
        long limit = TimeUnit.MILLISECONDS.toNanos(EgressLimits.POOL_IDLE_MILLIS);
        discard(key -> true, connection -> now - connection.idleSince() > limit);
    }

    /** Closes what a sandbox has left, when it ends. */
    public void forget(String sandbox) {
        discard(key -> key.sandbox().equals(sandbox), connection -> true);
    }

    /** How many idle connections there are. */
    public int size() {
        return size;
    }

    private void discard(Predicate<UpstreamKey> ofKey, Predicate<UpstreamConnection> which) {
        List<UpstreamConnection> discarded = new ArrayList<>();
        idle.entrySet().removeIf(entry -> {
            if (ofKey.test(entry.getKey())) {
                entry.getValue().removeIf(connection -> {
                    boolean gone = !connection.usable() || which.test(connection);
                    if (gone) {
                        discarded.add(connection);
                    }
                    return gone;
                });
            }
            return entry.getValue().isEmpty();
        });
        size -= discarded.size();
        discarded.forEach(UpstreamConnection::close);
    }
}
