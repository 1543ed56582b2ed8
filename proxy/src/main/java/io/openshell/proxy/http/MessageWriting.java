package io.openshell.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** What requests and responses are written with. */
final class MessageWriting {

    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] UPGRADE = ascii("Connection: Upgrade\r\n");
    private static final int LINE_END = ('\r' << 8) | '\n';

    private MessageWriting() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static void lineEnd(ByteBuf out) {
        ByteBufUtil.writeShortBE(out, LINE_END);
    }

    /** The framing field; nothing for no body and for a body that ends with the connection. */
    static void framing(ByteBuf out, BodyFraming framing) {
        switch (framing) {
            case BodyFraming.Length length -> {
                out.writeBytes(CONTENT_LENGTH);
                decimal(out, length.bytes());
                lineEnd(out);
            }
            case BodyFraming.Chunked chunked -> out.writeBytes(CHUNKED);
            case BodyFraming.None none -> {}
            case BodyFraming.UntilClose untilClose -> {}
        }
    }

    static void connection(ByteBuf out, ConnectionField connection) {
        switch (connection) {
            case CLOSE -> out.writeBytes(CLOSE);
            case UPGRADE -> out.writeBytes(UPGRADE);
            case KEEP_ALIVE -> {}
        }
    }

    /** A number of 0 or more, without making a string. */
    static void decimal(ByteBuf out, long number) {
        long divisor = 1;
        while (number / divisor >= 10) {
            divisor *= 10;
        }
        for (long rest = number; divisor > 0; rest %= divisor, divisor /= 10) {
            out.writeByte((int) ('0' + rest / divisor));
        }
    }
}
