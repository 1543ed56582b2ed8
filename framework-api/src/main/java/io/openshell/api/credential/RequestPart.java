package io.openshell.api.credential;

import io.openshell.api.inspect.Headers;
import java.nio.ByteBuffer;

/** A part of a request in which a credential may stand. Prints without its contents: they may be placeholders or secrets. */
public sealed interface RequestPart {

    /** A header field's value. */
    record Header(String name, String value) implements RequestPart {
        @Override
        public String toString() {
            return "Header[" + name + "]";
        }
    }

    /** A query parameter, as on the wire. */
    record Query(String name, String value) implements RequestPart {
        @Override
        public String toString() {
            return "Query[redacted]";
        }
    }

    /** One segment of the path, as on the wire. */
    record PathSegment(String value) implements RequestPart {
        @Override
        public String toString() {
            return "PathSegment[redacted]";
        }
    }

    /** The body of a request that opted in, decoded. */
    record Body(String contentType, ByteBuffer bytes) implements RequestPart {
        @Override
        public String toString() {
            return "Body[" + bytes.remaining() + " bytes]";
        }
    }

    /** A text message of an upgraded connection that opted in. */
    record TextMessage(String text) implements RequestPart {
        @Override
        public String toString() {
            return "TextMessage[redacted]";
        }
    }

    /**
     * The request as a whole, after all other parts, for rewriters that sign.
     *
     * @param target path and query as on the wire
     * @param headers as they are about to be sent, credentials in place
     * @param body the body if it is at most {@link CredentialRewriter#bodyBytes()} long
     */
    record Whole(String method, String host, int port, String target, Headers headers, ByteBuffer body)
            implements RequestPart {
        @Override
        public String toString() {
            return "Whole[" + method + " " + host + ":" + port + "]";
        }
    }
}
