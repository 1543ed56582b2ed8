package io.openshell.api.credential;

import io.openshell.api.inspect.Headers;
import java.nio.ByteBuffer;

/** A part of a request in which a credential may stand. */
public sealed interface RequestPart {

    /** A header field's value. */
    record Header(String name, String value) implements RequestPart {}

    /** A query parameter, as on the wire. */
    record Query(String name, String value) implements RequestPart {}

    /** One segment of the path, as on the wire. */
    record PathSegment(String value) implements RequestPart {}

    /** The body of a request that opted in, decoded. */
    record Body(String contentType, ByteBuffer bytes) implements RequestPart {}

    /** A text message of an upgraded connection that opted in. */
    record TextMessage(String text) implements RequestPart {}

    /**
     * The request as a whole, after all other parts, for rewriters that sign.
     *
     * @param target path and query as on the wire
     * @param body the body if it is at most {@link CredentialRewriter#bodyBytes()} long
     */
    record Whole(String method, String host, int port, String target, Headers headers, ByteBuffer body)
            implements RequestPart {}
}
