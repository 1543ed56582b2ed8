package io.openshell.plugin.websocket;

import io.openshell.plugin.websocket.Violation.Kind;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the heads of one side's frames, in any division, and refuses every head that RFC 6455 section 5 does not allow at its
 * place: each at its first byte that is wrong. Payloads are not its business. Used for one side of one connection.
 */
final class FrameReader {

    private final boolean client;
    private final boolean deflate;
    private final byte[] bytes = new byte[FrameHeader.MAX_BYTES];
    private int have;
    private @Nullable Opcode message;
    private boolean closed;

    private FrameReader(boolean client, boolean deflate) {
        this.client = client;
        this.deflate = deflate;
    }

    /**
     * Of what a client sends, which is masked.
     *
     * @param deflate whether permessage-deflate was agreed upon
     */
    static FrameReader ofClient(boolean deflate) {
        return new FrameReader(true, deflate);
    }

    /** Of what a server sends, which is not masked. */
    static FrameReader ofServer(boolean deflate) {
        return new FrameReader(false, deflate);
    }

    /** Whether a head has begun and is not complete. */
    boolean midHeader() {
        return have > 0;
    }

    /** Whether a close frame's head was read: nothing may follow that frame. */
    boolean closed() {
        return closed;
    }

    /** What the message under way is, between its first frame and its last; otherwise {@code null}. */
    @Nullable
    Opcode message() {
        return message;
    }

    /**
     * The next head. Takes its bytes from the buffer and no others.
     *
     * @return {@code null} if it is not complete yet
     * @throws Violation if it is not allowed
     */
    @Nullable
    FrameHeader read(ByteBuffer in) throws Violation {
        while (in.hasRemaining()) {
            bytes[have++] = in.get();
            if (have == 1) {
                first(bytes[0]);
            } else if (have == 2) {
                second(bytes[1]);
            }
            if (have >= 2 && have == size()) {
                return complete();
            }
            if (have == 2 + extended()) {
                length();
            }
        }
        return null;
    }

    private void first(byte b) throws Violation {
        if (closed) {
            throw Violation.protocol(Kind.FRAME_AFTER_CLOSE, "frame after a close frame");
        }
        Opcode opcode = Opcode.of(b & 0x0F);
        boolean mayBeCompressed = deflate && (opcode == Opcode.TEXT || opcode == Opcode.BINARY);
        if ((b & 0x30) != 0 || ((b & 0x40) != 0 && !mayBeCompressed)) {
            throw Violation.protocol(Kind.RSV_BITS, "reserved bit set, and no extension that uses it");
        }
        if (opcode == null) {
            throw Violation.protocol(Kind.RESERVED_OPCODE, "reserved opcode");
        }
        boolean fin = (b & 0x80) != 0;
        if (opcode.control() && !fin) {
            throw Violation.protocol(Kind.INVALID_CONTROL_FRAME, "control frame in fragments");
        }
        if (opcode == Opcode.CONTINUATION && message == null) {
            throw Violation.protocol(Kind.INVALID_FRAGMENTATION, "continuation without a message");
        }
        if (!opcode.control() && opcode != Opcode.CONTINUATION && message != null) {
            throw Violation.protocol(Kind.INVALID_FRAGMENTATION, "new message within a fragmented one");
        }
    }

    private void second(byte b) throws Violation {
        boolean masked = (b & 0x80) != 0;
        if (client && !masked) {
            throw Violation.protocol(Kind.UNMASKED_CLIENT_FRAME, "client frame without mask");
        }
        if (!client && masked) {
            throw Violation.protocol(Kind.MASKED_SERVER_FRAME, "server frame with mask");
        }
        if (opcode().control() && (b & 0x7F) > WebsocketLimits.CONTROL_BYTES) {
            throw Violation.protocol(
                    Kind.INVALID_CONTROL_FRAME,
                    "control frame with more than " + WebsocketLimits.CONTROL_BYTES + " bytes");
        }
    }

    private Opcode opcode() {
        Opcode opcode = Opcode.of(bytes[0] & 0x0F);
        if (opcode == null) {
            throw new IllegalStateException("opcode: not checked");
        }
        return opcode;
    }

    /** Bytes of the extended length. */
    private int extended() {
        return switch (bytes[1] & 0x7F) {
            case FrameHeader.TWO_BYTES -> 2;
            case FrameHeader.EIGHT_BYTES -> 8;
            default -> 0;
        };
    }

    private int size() {
        return 2 + extended() + (client ? 4 : 0);
    }

    /** The length; once all its bytes are there. */
    private long length() throws Violation {
        long length = bytes[1] & 0x7F;
        int extended = extended();
        if (extended == 0) {
            return length;
        }
        length = 0;
        for (int i = 2; i < 2 + extended; i++) {
            length = length << 8 | (bytes[i] & 0xFF);
        }
        if (length < 0) {
            throw Violation.protocol(Kind.INVALID_LENGTH, "length with the highest bit set");
        }
        if (length <= (extended == 2 ? FrameHeader.SHORT : 0xFFFF)) {
            throw Violation.protocol(Kind.INVALID_LENGTH, "length not in its shortest form");
        }
        return length;
    }

    private FrameHeader complete() throws Violation {
        Opcode opcode = opcode();
        boolean fin = (bytes[0] & 0x80) != 0;
        long length = length();
        int mask = 0;
        for (int i = have - 4; client && i < have; i++) {
            mask = mask << 8 | (bytes[i] & 0xFF);
        }
        have = 0;
        if (opcode == Opcode.CLOSE) {
            closed = true;
        } else if (!opcode.control()) {
            Opcode begun = opcode == Opcode.CONTINUATION ? message : opcode;
            message = fin ? null : begun;
        }
        return new FrameHeader(fin, (bytes[0] & 0x40) != 0, opcode, length, client, mask);
    }
}
