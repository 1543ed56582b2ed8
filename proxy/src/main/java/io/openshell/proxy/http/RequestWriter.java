package io.openshell.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Writes requests to one upstream authority: the target in origin form, Host from the authority and not from the
 * client, framing anew, and no field that ends at this hop or that a Connection option names. Secrets are written
 * straight into the buffer and never become strings. Immutable.
 */
public final class RequestWriter {

    private static final byte[] VIA = MessageWriting.ascii("Via: 1.1 openshell-sandbox\r\n");

    /** Room for the version, the framing and connection fields, and Via. */
    private static final int OWN_LINES = 256;

    private final byte[] hostLine;
    private final boolean via;
    private final boolean inspected;

    private RequestWriter(byte[] hostLine, boolean via, boolean inspected) {
        this.hostLine = hostLine;
        this.via = via;
        this.inspected = inspected;
    }

    /**
     * For one upstream.
     *
     * @param host lower case; an IPv6 address without brackets
     * @param defaultPort the scheme's, which Host doesn't name
     * @param inspected whether requests are judged one by one; if so, fields that would have the upstream see
     *     another method or path than the one judged ({@code X-HTTP-Method-Override} and its like) are left out
     */
    public static RequestWriter toAuthority(String host, int port, int defaultPort, boolean inspected) {
        String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        String authority = port == defaultPort ? bracketed : bracketed + ":" + port;
        byte[] bytes = MessageWriting.ascii(authority);
        if (!HostField.isValid(bytes, 0, bytes.length)) {
            throw new IllegalArgumentException(
                    "authority: " + Octets.excerpt(bytes, 0, bytes.length) + " (expected: host or host:port)");
        }
        return new RequestWriter(MessageWriting.ascii("Host: " + authority + "\r\n"), false, inspected);
    }

    /** The same, adding Via where a request has none, as a forward proxy does. */
    public RequestWriter withVia() {
        return new RequestWriter(hostLine, true, inspected);
    }

    /**
     * Writes a head.
     *
     * @param path the canonical path that was decided on; begins with a slash
     * @param query as received, without the question mark; empty for none
     * @throws IllegalArgumentException if path or query hold a byte that no target has
     */
    public void write(ByteBuf out, RequestHead head, String path, String query, ConnectionField connection) {
        write(out, head, path, query, connection, HeadSecrets.NONE);
    }

    /**
     * Writes a head with secrets in their places. The bytes written are secret then.
     *
     * @param secrets not closed here
     */
    public void write(
            ByteBuf out, RequestHead head, String path, String query, ConnectionField connection, HeadSecrets secrets) {
        requireTarget(path, query);
        ByteBufUtil.writeAscii(out, head.method());
        out.writeByte(' ');
        if (!secrets.writePath(out)) {
            ByteBufUtil.writeAscii(out, path);
        }
        if (!query.isEmpty()) {
            out.writeByte('?');
            if (!secrets.writeQuery(out)) {
                ByteBufUtil.writeAscii(out, query);
            }
        }
        out.writeByte(' ');
        ByteBufUtil.writeAscii(out, head.version().toString());
        MessageWriting.lineEnd(out);
        out.writeBytes(hostLine);
        writeFields(out, head, connection, secrets);
        secrets.writeAdded(out);
        MessageWriting.framing(out, head.framing());
        MessageWriting.connection(out, connection);
        if (via && !head.headers().has(KnownField.VIA)) {
            out.writeBytes(VIA);
        }
        MessageWriting.lineEnd(out);
    }

    /** How many bytes a head may take at most. */
    public int roomFor(RequestHead head, String path, String query, HeadSecrets secrets) {
        return OWN_LINES
                + hostLine.length
                + head.method().length()
                + path.length()
                + query.length()
                + 2 * head.headers().block().length
                + secrets.room();
    }

    /** Gets the fields that would be written. */
    @FunctionalInterface
    public interface FieldVisitor {

        /** @param index what {@link HeadSecrets} knows the field by */
        void field(int index, String name, String value);
    }

    /** Shows the client's fields that {@link #write} copies, in order. */
    public void visit(RequestHead head, ConnectionField connection, FieldVisitor visitor) {
        HeaderFields fields = head.headers();
        for (int i = 0; i < fields.count(); i++) {
            if (writes(head, i, connection)) {
                visitor.field(i, fields.name(i), fields.value(i));
            }
        }
    }

    private void writeFields(ByteBuf out, RequestHead head, ConnectionField connection, HeadSecrets secrets) {
        HeaderFields fields = head.headers();
        for (int i = 0; i < fields.count(); i++) {
            if (writes(head, i, connection) && !secrets.writeField(out, fields, i)) {
                fields.write(out, i);
            }
        }
    }

    private boolean writes(RequestHead head, int index, ConnectionField connection) {
        KnownField kind = head.headers().kind(index);
        boolean copied = kind.isCopiedToUpstream() && !(inspected && kind.redirectsJudgement());
        boolean upgrading = kind == KnownField.UPGRADE && connection == ConnectionField.UPGRADE;
        return upgrading || (copied && !head.options().nominates(head.headers(), index));
    }

    /** The last look before the wire: whatever made the target, it stays one part of one line. */
    private static void requireTarget(String path, String query) {
        if (!path.startsWith("/") || !isVisible(path) || !isVisible(query) || path.indexOf('?') >= 0) {
            throw new IllegalArgumentException("request-target: not in origin form (expected: a canonical path)");
        }
    }

    private static boolean isVisible(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                return false;
            }
        }
        return true;
    }
}
