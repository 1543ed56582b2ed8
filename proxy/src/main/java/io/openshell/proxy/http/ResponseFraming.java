package io.openshell.proxy.http;

/** Where a response's body ends (RFC 9112 section 6.3), given the request's method. */
final class ResponseFraming {

    private ResponseFraming() {}

    static BodyFraming of(HttpVersion version, int status, HeaderFields fields, String requestMethod) throws Malformed {
        FramingFields framing = new FramingFields(fields, HttpProblem.BAD_GATEWAY);
        boolean chunked = framing.chunked(version);
        long length = framing.length(false);
        if (status < 200 || status == 204 || status == 304 || requestMethod.equals("HEAD")) {
            return BodyFraming.None.INSTANCE;
        }
        if (chunked) {
            return BodyFraming.Chunked.INSTANCE;
        }
        if (length < 0) {
            return BodyFraming.UntilClose.INSTANCE;
        }
        return length == 0 ? BodyFraming.Length.ZERO : new BodyFraming.Length(length);
    }
}
