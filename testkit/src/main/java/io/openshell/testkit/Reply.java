package io.openshell.testkit;

import java.nio.charset.StandardCharsets;

/**
 * What an upstream answers.
 *
 * @param bytes sent as they are
 * @param close whether the connection ends after them
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bytes, never compared
public record Reply(byte[] bytes, boolean close) {

    /** 200 with a text body. */
    public static Reply ok(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return raw(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + bytes.length + "\r\n\r\n" + body);
    }

    /** These bytes, and the connection stays. Written as UTF-8. */
    public static Reply raw(String text) {
        return new Reply(text.getBytes(StandardCharsets.UTF_8), false);
    }

    /** The same bytes, and then the end. */
    public Reply thenClose() {
        return new Reply(bytes, true);
    }
}
