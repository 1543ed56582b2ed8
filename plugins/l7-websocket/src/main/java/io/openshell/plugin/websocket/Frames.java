package io.openshell.plugin.websocket;

import io.openshell.plugin.websocket.Violation.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** Makes frames, and checks the one kind whose payload has a form of its own. */
final class Frames {

    /** RFC 6455 section 5.3: a key that cannot be predicted. */
    private static final SecureRandom KEYS = new SecureRandom();

    private Frames() {}

    /** A client's frame with a new key. Masks {@code payload} in place, which is not used any more. */
    static ByteBuffer masked(Opcode opcode, byte[] payload, int length) {
        return again(FrameHeader.masked(opcode, length, KEYS.nextInt()), payload);
    }

    /** The frame that had this head and, unmasked, this payload. Masks {@code payload} in place. */
    static ByteBuffer again(FrameHeader header, byte[] payload) {
        int length = (int) header.length();
        Mask.apply(payload, 0, length, header.mask(), 0);
        ByteBuffer out = ByteBuffer.allocate(header.size() + length);
        header.encode(out);
        return out.put(payload, 0, length).flip();
    }

    /** A head alone. */
    static ByteBuffer head(FrameHeader header) {
        ByteBuffer out = ByteBuffer.allocate(header.size());
        header.encode(out);
        return out.flip();
    }

    /** A close frame of a client. */
    static ByteBuffer clientClose(CloseCode code, String reason) {
        byte[] payload = closePayload(code, reason);
        return masked(Opcode.CLOSE, payload, payload.length);
    }

    /** A close frame of a server. */
    static ByteBuffer serverClose(CloseCode code, String reason) {
        byte[] payload = closePayload(code, reason);
        FrameHeader header = FrameHeader.unmasked(Opcode.CLOSE, payload.length);
        ByteBuffer out = ByteBuffer.allocate(header.size() + payload.length);
        header.encode(out);
        return out.put(payload).flip();
    }

    /** Reasons are our own, ASCII, and fit. */
    private static byte[] closePayload(CloseCode code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
        int length = Math.min(text.length, WebsocketLimits.CONTROL_BYTES - 2);
        return ByteBuffer.allocate(2 + length)
                .putShort((short) code.code())
                .put(text, 0, length)
                .array();
    }

    /** Checks a close frame's payload (RFC 6455 sections 5.5.1 and 7.4). */
    static void checkClose(byte[] payload, int length) throws Violation {
        if (length == 0) {
            return;
        }
        if (length == 1) {
            throw Violation.protocol(Kind.INVALID_CLOSE_FRAME, "close frame with half a code");
        }
        if (!CloseCode.sendable((payload[0] & 0xFF) << 8 | (payload[1] & 0xFF))) {
            throw Violation.protocol(Kind.INVALID_CLOSE_FRAME, "close frame with a code that may not be sent");
        }
        Utf8Check check = new Utf8Check();
        if (!check.accepts(payload, 2, length) || !check.complete()) {
            throw new Violation(
                    Kind.INVALID_CLOSE_FRAME, CloseCode.INVALID_PAYLOAD, "close frame whose reason is not UTF-8");
        }
    }
}
