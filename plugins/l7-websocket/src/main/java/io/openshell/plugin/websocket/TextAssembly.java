package io.openshell.plugin.websocket;

import io.openshell.plugin.websocket.Violation.Kind;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The text message that a client is sending: unmasked, inflated, put together and checked as it comes. Bounded in size, in
 * time, and together with all other connections in memory. Used for one connection, one message after the other.
 */
final class TextAssembly {

    private static final long UNKNOWN = Long.MIN_VALUE;

    private final ByteStore text;
    private final ByteStore wire;
    private final Utf8Check utf8 = new Utf8Check();
    private @Nullable Inflation inflation;
    private boolean active;
    private boolean moved;
    private boolean keepsWire;
    private long sent;
    private long begunNanos;
    private long movedNanos;

    TextAssembly(MemoryBudget budget) {
        this.text = new ByteStore(budget, WebsocketLimits.TEXT_BYTES);
        this.wire = new ByteStore(budget, WebsocketLimits.TEXT_BYTES);
    }

    /**
     * Begins a message.
     *
     * @param keepsWire whether the compressed bytes are needed again
     */
    void begin(boolean compressed, boolean keepsWire) {
        this.keepsWire = keepsWire;
        inflation = compressed ? new Inflation(text) : null;
        active = true;
        moved = true;
        begunNanos = UNKNOWN;
        sent = 0;
    }

    /** Whether a frame with so many bytes more is within the limit; asked before any of them is kept. */
    void announce(long length) throws Violation {
        if (length > WebsocketLimits.TEXT_BYTES - sent) {
            throw Inflation.tooBig();
        }
        sent += length;
    }

    /**
     * Takes bytes of a frame's payload.
     *
     * @param offset how many bytes of that payload come before these
     */
    void take(ByteBuffer in, int count, FrameHeader frame, long offset) throws Violation {
        moved = true;
        int before = text.length();
        Inflation compressed = inflation;
        if (compressed == null) {
            text.take(in, count, frame.mask(), offset);
        } else if (keepsWire) {
            wire.take(in, count, frame.mask(), offset);
            compressed.take(wire.array(), wire.length() - count, wire.length());
        } else {
            byte[] part = new byte[count];
            in.get(part);
            Mask.apply(part, 0, count, frame.mask(), offset);
            compressed.take(part, 0, count);
        }
        check(before);
    }

    /** The message is complete. */
    void complete() throws Violation {
        if (inflation != null) {
            int before = text.length();
            inflation.end();
            check(before);
        }
        if (!utf8.complete()) {
            throw invalid();
        }
    }

    private void check(int from) throws Violation {
        if (!utf8.accepts(text.array(), from, text.length())) {
            throw invalid();
        }
    }

    private static Violation invalid() {
        return new Violation(Kind.INVALID_UTF8, CloseCode.INVALID_PAYLOAD, "text message that is not UTF-8");
    }

    ByteStore text() {
        return text;
    }

    /** The compressed bytes, if they are kept. */
    ByteStore wire() {
        return wire;
    }

    boolean compressed() {
        return inflation != null;
    }

    /** Gives back what the message holds. */
    void clear() {
        active = false;
        text.clear();
        wire.clear();
        utf8.reset();
        if (inflation != null) {
            inflation.close();
            inflation = null;
        }
    }

    /** Time has passed; a message that takes too long is given up. */
    void tick(long nanos) throws Violation {
        if (!active) {
            return;
        }
        if (begunNanos == UNKNOWN) {
            begunNanos = nanos;
        }
        if (moved) {
            moved = false;
            movedNanos = nanos;
        }
        if (nanos - begunNanos > WebsocketLimits.ASSEMBLY_NANOS
                || nanos - movedNanos > WebsocketLimits.ASSEMBLY_IDLE_NANOS) {
            throw new Violation(Kind.TOO_SLOW, CloseCode.POLICY_VIOLATION, "text message not complete in time");
        }
    }
}
