package io.openshell.plugin.websocket;

import io.openshell.plugin.websocket.Violation.Kind;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends: text is held until the message is complete and was judged, control frames until they are complete and
 * were checked, binary data passes as it comes once its message was judged. What was not changed goes on as the same bytes.
 */
final class ClientFrames {

    private final FrameReader reader;
    private final MessageGate gate;
    private final TextAssembly text;
    private final byte[] control = new byte[WebsocketLimits.CONTROL_BYTES];
    private @Nullable FrameHeader frame;
    private Opcode kind = Opcode.TEXT;
    private long read;
    private long binaryBytes;
    private int fragments;
    private boolean closePassed;

    ClientFrames(boolean deflate, MessageGate gate, MemoryBudget budget) {
        this.reader = FrameReader.ofClient(deflate);
        this.gate = gate;
        this.text = new TextAssembly(budget);
    }

    /** Takes bytes, in any division. What was put out before a violation may still be sent. */
    void take(ByteBuffer in, Output out) throws Violation {
        while (in.hasRemaining()) {
            FrameHeader current = frame;
            if (current == null) {
                head(in, out);
            } else {
                payload(current, in, out);
            }
        }
    }

    private void head(ByteBuffer in, Output out) throws Violation {
        int start = in.position();
        boolean begunHere = !reader.midHeader();
        FrameHeader header = reader.read(in);
        if (header == null) {
            return;
        }
        announce(header);
        boolean whole = begunHere && in.remaining() >= header.length();
        if (header.opcode() == Opcode.TEXT) {
            text.begin(header.compressed(), header.fin() && !whole);
        }
        if (kind(header) == Opcode.TEXT) {
            text.announce(header.length());
        }
        if (whole) {
            whole(header, start, in, out);
            return;
        }
        if (kind(header) == Opcode.BINARY) {
            out.add(Frames.head(header));
        }
        frame = header;
        read = 0;
        if (header.length() == 0) {
            payload(header, in, out);
        }
    }

    /** Bounds and judges by the head alone. */
    private void announce(FrameHeader header) throws Violation {
        if (header.opcode().control()) {
            return;
        }
        if (header.opcode() != Opcode.CONTINUATION) {
            kind = header.opcode();
            fragments = 0;
            binaryBytes = 0;
        }
        if (++fragments > WebsocketLimits.FRAGMENTS) {
            throw new Violation(
                    Kind.TOO_MANY_FRAGMENTS,
                    CloseCode.POLICY_VIOLATION,
                    "message in more than " + WebsocketLimits.FRAGMENTS + " fragments");
        }
        if (kind == Opcode.BINARY) {
            if (header.length() > WebsocketLimits.BINARY_BYTES - binaryBytes) {
                throw new Violation(
                        Kind.TOO_BIG,
                        CloseCode.MESSAGE_TOO_BIG,
                        "binary message with more than " + WebsocketLimits.BINARY_BYTES + " bytes");
            }
            binaryBytes += header.length();
            if (fragments == 1) {
                gate.binary();
            }
        }
    }

    /** What a frame's payload is: control, or a part of text or binary data. */
    private Opcode kind(FrameHeader header) {
        return header.opcode().control() ? header.opcode() : kind;
    }

    /** A frame that lies in the buffer from its first byte to its last. */
    private void whole(FrameHeader header, int start, ByteBuffer in, Output out) throws Violation {
        int length = (int) header.length();
        int end = in.position() + length;
        switch (kind(header)) {
            case TEXT -> {
                text.take(in, length, header, 0);
                if (header.fin()) {
                    deliver(header, start, end, out);
                }
            }
            case BINARY -> {
                in.position(end);
                out.pass(start, end);
            }
            default -> {
                in.get(control, 0, length);
                Mask.apply(control, 0, length, header.mask(), 0);
                checkControl(header);
                out.pass(start, end);
            }
        }
    }

    /** A frame that comes in pieces. */
    private void payload(FrameHeader header, ByteBuffer in, Output out) throws Violation {
        int count = (int) Math.min(header.length() - read, in.remaining());
        int start = in.position();
        switch (kind(header)) {
            case TEXT -> text.take(in, count, header, read);
            case BINARY -> {
                in.position(start + count);
                out.pass(start, start + count);
            }
            default -> {
                in.get(control, (int) read, count);
                Mask.apply(control, (int) read, (int) read + count, header.mask(), read);
            }
        }
        read += count;
        if (read < header.length()) {
            return;
        }
        frame = null;
        if (header.opcode().control()) {
            checkControl(header);
            out.add(Frames.again(header, control));
        } else if (kind == Opcode.TEXT && header.fin()) {
            deliver(header, -1, -1, out);
        }
    }

    private void checkControl(FrameHeader header) throws Violation {
        if (header.opcode() == Opcode.CLOSE) {
            Frames.checkClose(control, (int) header.length());
            closePassed = true;
        }
    }

    /**
     * A text message is complete.
     *
     * @param start where its last frame lies in the buffer, or negative if that is not there as a whole
     */
    private void deliver(FrameHeader last, int start, int end, Output out) throws Violation {
        text.complete();
        ByteStore message = text.text();
        ByteBuffer changed = gate.text(message.array(), message.length());
        if (changed != null) {
            out.add(changed);
        } else if (fragments > 1) {
            out.add(Frames.masked(Opcode.TEXT, message.array(), message.length()));
        } else if (start >= 0) {
            out.pass(start, end);
        } else {
            out.add(Frames.again(last, (text.compressed() ? text.wire() : message).array()));
        }
        text.clear();
    }

    /** Whether a frame of our own may be sent to the upstream: not within a frame, and not after a close frame. */
    boolean mayAdd() {
        boolean withinBinary = frame != null && kind(frame) == Opcode.BINARY;
        return !withinBinary && !closePassed;
    }

    void tick(long nanos) throws Violation {
        text.tick(nanos);
    }

    /** Gives back what is held. */
    void close() {
        text.clear();
    }
}
