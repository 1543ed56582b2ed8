package io.openshell.proxy.inference;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.openshell.core.inference.InferenceFields;
import io.openshell.core.inference.InferenceRoute;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes a request to a backend anew: of the client's there is the method, the path, the query, the fields on the list
 * and the body with the route's model. The key goes from its bytes to the wire and is never text.
 */
final class BackendRequest {

    private static final int HEAD_SIZE = 1024;

    private BackendRequest() {}

    /**
     * Writes all of it.
     *
     * @param body rewritten; ignored where the protocol has none
     */
    static ByteBuf of(InferenceRequest request, InferenceRoute route, ByteBuffer body, ByteBuf out) {
        out.ensureWritable(HEAD_SIZE + body.remaining());
        ascii(out, request.head().method() + " " + route.endpoint().path(request.path()));
        if (!request.query().isEmpty()) {
            ascii(out, "?" + request.query());
        }
        ascii(out, " HTTP/1.1\r\nHost: " + route.endpoint().authority() + "\r\n");
        for (InferenceFields.Field field :
                InferenceFields.forBackend(request.head().headers(), route.profile())) {
            ascii(out, field.name() + ": ");
            out.writeCharSequence(field.value(), StandardCharsets.UTF_8);
            ascii(out, "\r\n");
        }
        ascii(out, "Accept-Encoding: identity\r\n");
        route.key().ifPresent(key -> {
            ascii(out, route.profile().keyField() + ": " + route.profile().keyPrefix());
            key.reveal(out::writeBytes);
            ascii(out, "\r\n");
        });
        if (request.protocol().hasBody()) {
            ascii(out, "Content-Length: " + body.remaining() + "\r\n\r\n");
            return out.writeBytes(body.duplicate());
        }
        ascii(out, "\r\n");
        return out;
    }

    private static void ascii(ByteBuf out, String text) {
        ByteBufUtil.writeAscii(out, text);
    }
}
