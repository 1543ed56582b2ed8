package io.openshell.plugin.websocket;

import java.nio.ByteBuffer;

/**
 * The head of a frame that was read (RFC 6455 section 5.2). One head has one encoding, for lengths that are not the shortest are
 * refused; so {@link #encode} gives back the bytes that were read.
 *
 * @param compressed whether RSV1 is set
 * @param length of the payload in bytes
 * @param mask the masking key; without meaning unless {@code masked}
 */
record FrameHeader(boolean fin, boolean compressed, Opcode opcode, long length, boolean masked, int mask) {

    /** Bytes of the longest head. */
    static final int MAX_BYTES = 14;

    /** The longest length that one byte says, and those that lead to two and eight more. */
    static final int SHORT = 125;

    static final int TWO_BYTES = 126;
    static final int EIGHT_BYTES = 127;

    static FrameHeader masked(Opcode opcode, long length, int mask) {
        return new FrameHeader(true, false, opcode, length, true, mask);
    }

    static FrameHeader unmasked(Opcode opcode, long length) {
        return new FrameHeader(true, false, opcode, length, false, 0);
    }

    /** Bytes of the head. */
    int size() {
        int extended = length <= SHORT ? 0 : length <= 0xFFFF ? 2 : 8;
        return 2 + extended + (masked ? 4 : 0);
    }

    void encode(ByteBuffer out) {
        out.put((byte) ((fin ? 0x80 : 0) | (compressed ? 0x40 : 0) | opcode.code()));
        int maskBit = masked ? 0x80 : 0;
        if (length <= SHORT) {
            out.put((byte) (maskBit | (int) length));
        } else if (length <= 0xFFFF) {
            out.put((byte) (maskBit | TWO_BYTES)).putShort((short) length);
        } else {
            out.put((byte) (maskBit | EIGHT_BYTES)).putLong(length);
        }
        if (masked) {
            out.putInt(mask);
        }
    }
}
