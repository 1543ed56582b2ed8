package io.openshell.proxy.http;

/** Where a request's body ends (RFC 9112 section 6.3). Anything two parsers could read differently is refused. */
final class RequestFraming {

    private RequestFraming() {}

    static BodyFraming of(HttpVersion version, HeaderFields fields) throws Malformed {
        FramingFields framing = new FramingFields(fields, HttpProblem.BAD_REQUEST);
        if (framing.chunked(version)) {
            return BodyFraming.Chunked.INSTANCE;
        }
        long length = framing.length(true);
        if (length < 0) {
            return BodyFraming.None.INSTANCE;
        }
        return length == 0 ? BodyFraming.Length.ZERO : new BodyFraming.Length(length);
    }
}
