package io.openshell.proxy.http;

import java.util.Arrays;

/**
 * A chunked body's trailer section (RFC 9112 section 7.1.2), collected, checked like a header section, and thrown
 * away: a field that frames, routes or authorises has no business there, and no other is worth passing on.
 */
final class TrailerReader {

    private static final int FIRST_SIZE = 128;

    private final int failureStatus;
    private byte[] block = new byte[2];
    private int length;
    private int lineStart;
    private int lines;
    private boolean marked;

    TrailerReader(int failureStatus) {
        this.failureStatus = failureStatus;
    }

    /** Takes one byte; true if it ends the section. */
    boolean add(byte octet) throws Malformed {
        if (length == ProxyLimits.TRAILERS) {
            throw refuse("longer than " + ProxyLimits.TRAILERS + " bytes");
        }
        if (length == block.length) {
            block = Arrays.copyOf(block, Math.max(FIRST_SIZE, block.length * 2));
        }
        block[length++] = octet;
        if (octet != '\n') {
            return false;
        }
        if (length - 1 == lineStart || block[length - 2] != '\r') {
            throw Malformed.withStatus(
                    failureStatus, HttpProblem.PARSING, "trailer line", "ends with LF alone", "CR LF");
        }
        boolean ends = length - 2 == lineStart;
        lineStart = length;
        lines++;
        if (ends) {
            check();
        }
        return ends;
    }

    /** Whether a field held a placeholder, which nobody would replace. */
    boolean heldPlaceholder() {
        return marked;
    }

    private void check() throws Malformed {
        HeaderFields fields = FieldParser.parse(Arrays.copyOf(block, length), 0, lines - 1, failureStatus);
        for (int i = 0; i < fields.count(); i++) {
            if (!fields.kind(i).mayBeTrailer()) {
                throw refuse(fields.name(i));
            }
        }
        marked = fields.holdPlaceholder();
    }

    private Malformed refuse(String found) {
        return Malformed.withStatus(
                failureStatus,
                HttpProblem.TRAILERS,
                "trailer",
                found,
                "few, and none that frames, routes or authorises");
    }
}
