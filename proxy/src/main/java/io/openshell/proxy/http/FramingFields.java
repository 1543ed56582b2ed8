package io.openshell.proxy.http;

/** What Content-Length and Transfer-Encoding say, held to one spelling each (RFC 9112 section 6). */
final class FramingFields {

    private static final int LENGTH_DIGITS = 19;

    private final HeaderFields fields;
    private final int failureStatus;

    FramingFields(HeaderFields fields, int failureStatus) {
        this.fields = fields;
        this.failureStatus = failureStatus;
    }

    /** Whether the body is chunked; any other Transfer-Encoding, and one beside a Content-Length, is refused. */
    boolean chunked(HttpVersion version) throws Malformed {
        int index = fields.next(KnownField.TRANSFER_ENCODING, 0);
        if (index < 0) {
            return false;
        }
        if (version == HttpVersion.HTTP_1_0) {
            throw refuse("RFC 9112 section 6.1", "Transfer-Encoding", "in HTTP/1.0", "none");
        }
        if (fields.has(KnownField.CONTENT_LENGTH)) {
            throw refuse(HttpProblem.FRAMING, "Content-Length", "beside Transfer-Encoding", "one of them");
        }
        if (fields.next(KnownField.TRANSFER_ENCODING, index + 1) >= 0) {
            throw refuse("RFC 9112 section 6.1", "Transfer-Encoding", "more than one", "one");
        }
        requireUnpadded(index);
        if (!Octets.equalsLower(fields.block(), fields.valueStart(index), fields.valueEnd(index), "chunked")) {
            throw refuse("RFC 9112 section 6.1", "Transfer-Encoding", excerpt(index), "chunked");
        }
        return true;
    }

    /** The length, or -1 without a Content-Length. Equal ones count as one if {@code equalOnes} are taken. */
    long length(boolean equalOnes) throws Malformed {
        int index = fields.next(KnownField.CONTENT_LENGTH, 0);
        if (index < 0) {
            return -1;
        }
        long length = lengthAt(index);
        int next = fields.next(KnownField.CONTENT_LENGTH, index + 1);
        for (; next >= 0; next = fields.next(KnownField.CONTENT_LENGTH, next + 1)) {
            if (!equalOnes || lengthAt(next) != length) {
                throw refuse(HttpProblem.FRAMING, "Content-Length", "more than one", "one");
            }
        }
        return length;
    }

    private long lengthAt(int index) throws Malformed {
        requireUnpadded(index);
        byte[] block = fields.block();
        int start = fields.valueStart(index);
        int end = fields.valueEnd(index);
        boolean plain = end > start && end - start <= LENGTH_DIGITS && (block[start] != '0' || end == start + 1);
        long length = 0;
        for (int i = start; plain && i < end; i++) {
            plain = Octets.isDigit(block[i]);
            length = length * 10 + (block[i] - '0');
        }
        if (!plain || length < 0) {
            throw refuse("RFC 9110 section 8.6", "Content-Length", excerpt(index), "a decimal number below 2^63");
        }
        return length;
    }

    /** Space beyond the usual one after the colon is legal and never sent; parsers differ on it. */
    private void requireUnpadded(int index) throws Malformed {
        byte[] block = fields.block();
        int gap = fields.valueStart(index) - fields.nameEnd(index) - 1;
        boolean usual = gap == 0 || (gap == 1 && block[fields.valueStart(index) - 1] == ' ');
        if (!usual || block[fields.valueEnd(index)] != '\r') {
            throw refuse(
                    HttpProblem.FRAMING, fields.name(index), "padded with white space", "one space, then the value");
        }
    }

    private String excerpt(int index) {
        return Octets.excerpt(fields.block(), fields.valueStart(index), fields.valueEnd(index));
    }

    private Malformed refuse(String rule, String name, String found, String expected) {
        return Malformed.withStatus(failureStatus, rule, name, found, expected);
    }
}
