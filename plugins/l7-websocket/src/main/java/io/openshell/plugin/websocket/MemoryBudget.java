package io.openshell.plugin.websocket;

import io.openshell.plugin.websocket.Violation.Kind;
import java.util.concurrent.atomic.AtomicLong;

/** Memory that many connections share for what they have begun and not finished. Safe for use by all threads. */
final class MemoryBudget {

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** @param limit in bytes */
    MemoryBudget(long limit) {
        this.limit = limit;
    }

    /** @throws Violation if there is not so much left */
    void reserve(long bytes) throws Violation {
        if (used.addAndGet(bytes) > limit) {
            release(bytes);
            throw new Violation(
                    Kind.NO_CAPACITY, CloseCode.TRY_AGAIN_LATER, "too many incomplete messages at the same time");
        }
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }

    /** Bytes that are taken. */
    long used() {
        return used.get();
    }
}
