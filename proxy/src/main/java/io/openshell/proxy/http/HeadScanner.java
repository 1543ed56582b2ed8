package io.openshell.proxy.http;

import io.netty.buffer.ByteBuf;

/**
 * Finds the end of a head in a buffer that fills up. Each byte is looked at once, however the head is divided, and
 * a line that ends with LF alone is found at once rather than waited on.
 */
final class HeadScanner {

    static final int INCOMPLETE = -1;
    static final int TOO_LARGE = -2;

    private int scanned;
    private int lineStart;
    private int lines;

    /**
     * The head's length with its empty line, {@link #INCOMPLETE} or {@link #TOO_LARGE}. The buffer's reader index
     * must stay on the head's first byte between calls.
     *
     * @param failureStatus the status of a problem
     */
    int find(ByteBuf in, int limit, int failureStatus) throws Malformed {
        int first = in.readerIndex();
        int available = Math.min(in.readableBytes(), limit);
        while (scanned < available) {
            int at = in.indexOf(first + scanned, first + available, (byte) '\n');
            if (at < 0) {
                scanned = available;
                break;
            }
            int lineFeed = at - first;
            requireCarriageReturn(in, at, lineFeed, failureStatus);
            lines++;
            scanned = lineFeed + 1;
            if (lineFeed - 1 == lineStart) {
                return scanned;
            }
            lineStart = scanned;
        }
        return available == limit ? TOO_LARGE : INCOMPLETE;
    }

    /** Lines up to the end that was found, start line and empty line included. */
    int lines() {
        return lines;
    }

    /** Starts on the next head. */
    void reset() {
        scanned = 0;
        lineStart = 0;
        lines = 0;
    }

    private void requireCarriageReturn(ByteBuf in, int at, int lineFeed, int failureStatus) throws Malformed {
        if (lineFeed == lineStart || in.getByte(at - 1) != '\r') {
            throw Malformed.withStatus(
                    failureStatus, HttpProblem.PARSING, "line " + (lines + 1), "ends with LF alone", "CR LF");
        }
    }
}
