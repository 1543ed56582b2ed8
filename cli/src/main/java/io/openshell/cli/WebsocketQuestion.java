package io.openshell.cli;

import io.openshell.core.decide.PlannedRequest;
import io.openshell.core.decide.PlannedStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A WebSocket that is only asked about: its handshake, the answer to it, and one message (RFC 6455, with the key of its examples). */
final class WebsocketQuestion {

    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final int FINAL_TEXT = 0x81;
    private static final int MASKED = 0x80;
    private static final int SHORT = 125;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;
    private static final int MOST_OF_TWO_BYTES = 0xFFFF;

    /** Leaves the payload as it is. */
    private static final byte[] NO_MASK = new byte[4];

    private WebsocketQuestion() {}

    /** The request as a handshake. */
    static PlannedRequest handshake(PlannedRequest request) {
        return request.withField("Upgrade", "websocket")
                .withField("Connection", "Upgrade")
                .withField("Sec-WebSocket-Version", "13")
                .withField("Sec-WebSocket-Key", KEY);
    }

    /** One text message after it. */
    static PlannedStream message(String text) {
        Map<String, List<String>> answer = Map.of(
                "upgrade", List.of("websocket"),
                "connection", List.of("Upgrade"),
                "sec-websocket-accept", List.of(ACCEPT));
        return new PlannedStream(answer, ByteBuffer.wrap(frame(text.getBytes(StandardCharsets.UTF_8))));
    }

    private static byte[] frame(byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(FINAL_TEXT);
        if (payload.length <= SHORT) {
            out.write(MASKED | payload.length);
        } else if (payload.length <= MOST_OF_TWO_BYTES) {
            out.write(MASKED | TWO_BYTES);
            out.writeBytes(ByteBuffer.allocate(Short.BYTES)
                    .putShort((short) payload.length)
                    .array());
        } else {
            out.write(MASKED | EIGHT_BYTES);
            out.writeBytes(
                    ByteBuffer.allocate(Long.BYTES).putLong(payload.length).array());
        }
        out.writeBytes(NO_MASK);
        out.writeBytes(payload);
        return out.toByteArray();
    }
}
