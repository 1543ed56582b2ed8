package io.openshell.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Writes an upstream's responses to the agent, as HTTP/1.1: framing anew, without the fields that end at this hop,
 * and without Alt-Svc, which would point the agent at ways round the proxy.
 */
public final class ResponseWriter {

    private static final byte[] STATUS_200 = MessageWriting.ascii("HTTP/1.1 200 OK\r\n");
    private static final byte[] VERSION = MessageWriting.ascii("HTTP/1.1 ");
    private static final ByteBuf CONTINUE = constant("HTTP/1.1 100 Continue\r\n\r\n");
    private static final ByteBuf ESTABLISHED = constant("HTTP/1.1 200 Connection Established\r\n\r\n");

    private ResponseWriter() {}

    /** {@code 100 Continue}. Releasing it does nothing. */
    public static ByteBuf continueResponse() {
        return CONTINUE.duplicate();
    }

    /** The answer to an allowed CONNECT. Releasing it does nothing. */
    public static ByteBuf connectionEstablished() {
        return ESTABLISHED.duplicate();
    }

    /** How a response's body is framed for a client: as it came, but a client of HTTP/1.0 knows no chunks. */
    public static BodyFraming framingFor(ResponseHead head, HttpVersion client) {
        boolean chunksUnknown = client == HttpVersion.HTTP_1_0 && head.framing() instanceof BodyFraming.Chunked;
        return chunksUnknown ? BodyFraming.UntilClose.INSTANCE : head.framing();
    }

    /**
     * Writes a head.
     *
     * @param framing from {@link #framingFor}; {@link BodyFraming.UntilClose} needs {@link ConnectionField#CLOSE}
     */
    public static void write(ByteBuf out, ResponseHead head, BodyFraming framing, ConnectionField connection) {
        if (framing instanceof BodyFraming.UntilClose && connection != ConnectionField.CLOSE) {
            throw new IllegalArgumentException(
                    "connection: " + connection + " (expected: CLOSE after an unframed body)");
        }
        writeStatus(out, head);
        writeFields(out, head, connection);
        MessageWriting.framing(out, framing);
        MessageWriting.connection(out, connection);
        MessageWriting.lineEnd(out);
    }

    private static void writeStatus(ByteBuf out, ResponseHead head) {
        if (head.status() == 200 && head.reason().equals("OK")) {
            out.writeBytes(STATUS_200);
            return;
        }
        out.writeBytes(VERSION);
        MessageWriting.decimal(out, head.status());
        out.writeByte(' ');
        for (int i = 0; i < head.reason().length(); i++) {
            out.writeByte(head.reason().charAt(i));
        }
        MessageWriting.lineEnd(out);
    }

    private static void writeFields(ByteBuf out, ResponseHead head, ConnectionField connection) {
        HeaderFields fields = head.headers();
        ConnectionOptions options = head.options();
        boolean describesLength =
                head.framing() instanceof BodyFraming.None && head.status() >= 200 && head.status() != 204;
        for (int i = 0; i < fields.count(); i++) {
            KnownField kind = fields.kind(i);
            boolean copied = (kind.isCopiedToClient() && !options.nominates(fields, i))
                    || (kind == KnownField.UPGRADE && connection == ConnectionField.UPGRADE)
                    || (kind == KnownField.CONTENT_LENGTH && describesLength);
            if (copied) {
                fields.write(out, i);
            }
        }
    }

    private static ByteBuf constant(String text) {
        return Unpooled.unreleasableBuffer(Unpooled.directBuffer(text.length()).writeBytes(MessageWriting.ascii(text)));
    }
}
