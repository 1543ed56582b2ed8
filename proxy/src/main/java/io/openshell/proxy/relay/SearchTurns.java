package io.openshell.proxy.relay;

import io.netty.channel.EventLoop;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How much one turn of an event loop may spend on looking through what bodies decode to, for all of its connections together.
 * Who has more to look through waits for the next turn, in the order of asking. Confined to the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a loop that ends no longer runs, nobody waits for
final class SearchTurns {

    /** What is looked through in a turn, in bytes: a millisecond at most. */
    static final int TURN_BYTES = 256 * 1024;

    /** Whoever waits for the next turn. */
    interface Waiting {

        /** Goes on; may wait again. */
        void nextTurn();
    }

    private final EventLoop eventLoop;
    private final Set<Waiting> waiting = new LinkedHashSet<>();
    private long left = TURN_BYTES;
    private boolean scheduled;

    SearchTurns(EventLoop eventLoop) {
        this.eventLoop = eventLoop;
    }

    /** Whether something is left of this turn. */
    boolean mayGoOn() {
        return left > 0;
    }

    /** So many bytes were looked through. */
    void spend(long bytes) {
        left -= bytes;
    }

    /** Calls somebody in a turn to come; once, however often it asks. */
    void later(Waiting next) {
        waiting.add(next);
        schedule();
    }

    /** By a schedule and not as a task: a loop that has tasks does these before it looks at its channels again. */
    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            eventLoop.schedule(this::turn, 0, TimeUnit.NANOSECONDS);
        }
    }

    private void turn() {
        scheduled = false;
        left = TURN_BYTES;
        while (mayGoOn() && !waiting.isEmpty()) {
            Waiting next = waiting.iterator().next();
            waiting.remove(next);
            next.nextTurn();
        }
        if (!waiting.isEmpty()) {
            schedule();
        }
    }
}
