package io.openshell.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;

/** An answer that the proxy gives in place of an upstream. It is the connection's last. Immutable. */
public final class ErrorResponse {

    private final int status;
    private final byte[] head;
    private final byte[] body;

    ErrorResponse(int status, byte[] head, byte[] body) {
        this.status = status;
        this.head = head;
        this.body = body;
    }

    /** The status. */
    public int status() {
        return status;
    }

    /** The body; a copy. */
    public byte[] body() {
        return Arrays.copyOf(body, body.length);
    }

    /** The whole message. */
    public ByteBuf encode(ByteBufAllocator allocator) {
        return allocator.buffer(head.length + body.length).writeBytes(head).writeBytes(body);
    }

    /** The message for a request of this method: without body for HEAD (RFC 9110 section 9.3.2). */
    public ByteBuf encodeFor(String method, ByteBufAllocator allocator) {
        return method.equals("HEAD") ? allocator.buffer(head.length).writeBytes(head) : encode(allocator);
    }

    @Override
    public String toString() {
        return "ErrorResponse[status=" + status + "]";
    }
}
