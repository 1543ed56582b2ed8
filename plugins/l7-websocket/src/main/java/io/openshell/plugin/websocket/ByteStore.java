package io.openshell.plugin.websocket;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that grow as they come, up to a limit, out of a budget: what is only announced takes no memory. */
final class ByteStore {

    private static final int FIRST_BYTES = 1024;
    private static final byte[] NONE = {};

    private final MemoryBudget budget;
    private final int limit;
    private byte[] bytes = NONE;
    private int length;

    ByteStore(MemoryBudget budget, int limit) {
        this.budget = budget;
        this.limit = limit;
    }

    /** The array, of which {@link #length} bytes are used. */
    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    boolean full() {
        return length == limit;
    }

    /** Makes room for as many bytes. The caller has seen to it that they are within the limit. */
    void require(int more) throws Violation {
        int wanted = length + more;
        if (wanted > bytes.length) {
            int size = Math.max(wanted, Math.min(limit, Math.max(FIRST_BYTES, 2 * bytes.length)));
            budget.reserve(size - bytes.length);
            bytes = Arrays.copyOf(bytes, size);
        }
    }

    /** The room behind the bytes is used. */
    void used(int more) {
        length += more;
    }

    /** Takes bytes of a masked payload and unmasks them. */
    void take(ByteBuffer in, int count, int mask, long offset) throws Violation {
        require(count);
        in.get(bytes, length, count);
        Mask.apply(bytes, length, length + count, mask, offset);
        length += count;
    }

    /** Gives everything back. */
    void clear() {
        budget.release(bytes.length);
        bytes = NONE;
        length = 0;
    }
}
