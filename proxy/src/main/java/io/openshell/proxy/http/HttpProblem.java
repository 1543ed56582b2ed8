package io.openshell.proxy.http;

/**
 * Why a message was refused.
 *
 * @param rule where the broken rule stands, as in {@code RFC 9112 section 6.3}
 * @param message {@code name: value (expected: ...)}, one line of printable ASCII; a field's value is quoted only
 *     if it frames or routes the message, so a secret never is
 * @param status the status to answer with: 4xx for a request, 502 for a response
 */
public record HttpProblem(String rule, String message, int status) {

    static final String FRAMING = "RFC 9112 section 6.3";
    static final String FIELD_SYNTAX = "RFC 9112 section 5";
    static final String FIELD_VALUES = "RFC 9110 section 5.5";
    static final String REQUEST_LINE = "RFC 9112 section 3";
    static final String REQUEST_TARGET = "RFC 9112 section 3.2";
    static final String STATUS_LINE = "RFC 9112 section 4";
    static final String PARSING = "RFC 9112 section 2.2";
    static final String VERSION = "RFC 9112 section 2.3";
    static final String HOST = "RFC 9110 section 7.2";
    static final String CONNECTION = "RFC 9110 section 7.6.1";
    static final String UPGRADE = "RFC 9110 section 7.8";
    static final String EXPECT = "RFC 9110 section 10.1.1";
    static final String CHUNKS = "RFC 9112 section 7.1";
    static final String CHUNK_EXTENSIONS = "RFC 9112 section 7.1.1";
    static final String TRAILERS = "RFC 9110 section 6.5.1";
    static final String INCOMPLETE = "RFC 9112 section 8";

    static final int BAD_REQUEST = 400;
    static final int BAD_GATEWAY = 502;

    /** The message and, in brackets, the rule. */
    @Override
    public String toString() {
        return message + " [" + rule + "]";
    }
}
