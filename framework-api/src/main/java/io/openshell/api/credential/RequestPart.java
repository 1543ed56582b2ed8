package io.openshell.api.credential;

import io.openshell.api.inspect.Headers;
import java.nio.ByteBuffer;
import java.util.Optional;

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
     * @param scheme {@code https} or {@code http}
     * @param host the destination: lower case; an IPv6 address without brackets
     * @param target path and query as on the wire
     * @param headers what is about to be sent, with placeholders where credentials will be, for these never become strings;
     *     the rewriter's {@link CredentialRewriter#ownFields} as the client sent them. Host and the fields of this hop (framing, Connection and
     *     what it names, and the like) are not among them: the core writes them anew
     * @param body all of it if {@link CredentialRewriter#bodyNeed} asked for it and there is one, otherwise empty
     * @param bodySha256 the body's SHA-256 in lower-case hexadecimal, as the core has computed it while the body arrived:
     *     to go through megabytes at once would hold up other connections; empty if none arrived or none was asked for
     */
    record Whole(
            String method,
            String scheme,
            String host,
            int port,
            String target,
            Headers headers,
            ByteBuffer body,
            Optional<String> bodySha256)
            implements RequestPart {

        private static final int HTTP = 80;
        private static final int HTTPS = 443;

        /** A request whose body nobody has hashed. */
        public Whole(
                String method, String scheme, String host, int port, String target, Headers headers, ByteBuffer body) {
            this(method, scheme, host, port, target, headers, body, Optional.empty());
        }

        /** The value of the Host field that is sent. */
        public String authority() {
            String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
            boolean usual = port == (scheme.equals("https") ? HTTPS : HTTP);
            return usual ? name : name + ":" + port;
        }

        @Override
        public String toString() {
            return "Whole[" + method + " " + host + ":" + port + "]";
        }
    }
}
