package io.openshell.api.inspect;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One HTTP request, as it will go on the wire if it is allowed. Immutable. */
public interface Request {

    /** The method as received; methods are case-sensitive (RFC 9110 section 9.1). */
    String method();

    /** The canonical path: percent-decoded and re-encoded, without dot segments, parameters and query. Begins with a slash. */
    String path();

    /** The query's parameters, names and values decoded, each name's values in order. Empty without a query. */
    Map<String, List<String>> query();

    /** The header fields. Credentials in them are placeholders at this point. */
    Headers headers();

    /**
     * The body if it was asked for, empty otherwise; read-only. The transfer coding (chunked) is taken off; a content
     * coding (gzip) is not, so an inspector that cannot read the one that {@code Content-Encoding} names says {@link
     * Verdict.Unreadable}.
     */
    Optional<ByteBuffer> body();

    /** The destination's host: lower case, without a trailing dot. */
    String host();

    /** The destination's port. */
    int port();

    /** The path, inside the sandbox, of the executable that made the connection. */
    String binary();
}
