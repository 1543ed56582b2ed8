package io.openshell.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A WebSocket frame (RFC 6455 section 5.2), right or wrong: for tests that must send what no library sends. Immutable but for the
 * payload's bytes, which are not to be changed.
 *
 * @param fin whether it is its message's last
 * @param rsv the three reserved bits, RSV1 being 4
 * @param opcode 0 to 15
 * @param payload unmasked
 */
@SuppressWarnings("ArrayRecordComponent") // equal by the payload's bytes, see below
public record WebsocketFrame(boolean fin, int rsv, int opcode, byte[] payload) {

    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    /** RSV1, which permessage-deflate sets. */
    public static final int COMPRESSED = 4;

    /** The key that {@link #masked()} masks with. */
    public static final int KEY = 0x37FA213D;

    /** A frame that is a whole message. */
    public static WebsocketFrame frame(int opcode, byte... payload) {
        return new WebsocketFrame(true, 0, opcode, payload);
    }

    /** A whole text message. */
    public static WebsocketFrame text(String text) {
        return frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A close frame. */
    public static WebsocketFrame close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return frame(
                CLOSE,
                ByteBuffer.allocate(2 + text.length)
                        .putShort((short) code)
                        .put(text)
                        .array());
    }

    /** The same, but not the last of its message. */
    public WebsocketFrame more() {
        return new WebsocketFrame(false, rsv, opcode, payload);
    }

    /** The same with these reserved bits. */
    public WebsocketFrame rsv(int bits) {
        return new WebsocketFrame(fin, bits, opcode, payload);
    }

    /** As a client sends it. */
    public byte[] masked() {
        return masked(KEY);
    }

    /** As a client with this key sends it. */
    public byte[] masked(int key) {
        ByteBuffer out = ByteBuffer.allocate(payload.length + 14);
        head(out, 0x80, payload.length);
        out.putInt(key);
        for (int i = 0; i < payload.length; i++) {
            out.put((byte) (payload[i] ^ (key >>> (24 - 8 * (i % 4)))));
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    /** As a server sends it. */
    public byte[] unmasked() {
        ByteBuffer out = ByteBuffer.allocate(payload.length + 14);
        head(out, 0, payload.length);
        out.put(payload);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** A client's head that announces any length in any of the three forms (0, 2 or 8 further bytes), and nothing behind it. */
    public byte[] head(long length, int furtherBytes) {
        ByteBuffer out = ByteBuffer.allocate(14).put(first());
        switch (furtherBytes) {
            case 0 -> out.put((byte) (0x80 | length));
            case 2 -> out.put((byte) (0x80 | 126)).putShort((short) length);
            default -> out.put((byte) (0x80 | 127)).putLong(length);
        }
        out.putInt(KEY);
        return Arrays.copyOf(out.array(), out.position());
    }

    private byte first() {
        return (byte) ((fin ? 0x80 : 0) | rsv << 4 | opcode);
    }

    private void head(ByteBuffer out, int mask, int length) {
        out.put(first());
        if (length < 126) {
            out.put((byte) (mask | length));
        } else if (length < 65_536) {
            out.put((byte) (mask | 126)).putShort((short) length);
        } else {
            out.put((byte) (mask | 127)).putLong(length);
        }
    }

    /** All these bytes after one another. */
    public static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** The frames in bytes that hold whole frames only. Lenient, save that the bytes must be used up. */
    public static List<WebsocketFrame> read(byte... bytes) {
        List<WebsocketFrame> frames = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
            int first = in.get();
            int second = in.get();
            long length = second & 0x7F;
            length = length == 126 ? in.getShort() & 0xFFFF : length == 127 ? in.getLong() : length;
            byte[] key = new byte[4];
            if ((second & 0x80) != 0) {
                in.get(key);
            }
            byte[] payload = new byte[(int) length];
            in.get(payload);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= key[i % 4];
            }
            frames.add(new WebsocketFrame((first & 0x80) != 0, first >> 4 & 7, first & 15, payload));
        }
        return frames;
    }

    /** A close frame's code; 1005 if it has none. */
    public int closeCode() {
        return payload.length < 2 ? 1005 : (payload[0] & 0xFF) << 8 | (payload[1] & 0xFF);
    }

    /** The payload as text. */
    public String asText() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WebsocketFrame that
                && fin == that.fin
                && rsv == that.rsv
                && opcode == that.opcode
                && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return 31 * first() + Arrays.hashCode(payload);
    }

    @Override
    public String toString() {
        String shown =
                payload.length > 40 ? payload.length + " bytes" : HexFormat.of().formatHex(payload);
        return (fin ? "" : "more ") + (rsv == 0 ? "" : "rsv" + rsv + " ") + opcode + "[" + shown + "]";
    }
}
