package io.openshell.example.redis;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Finds where replies end in an upstream's bytes (RESP2 and RESP3), in any division, and keeps none of them. Pushes and
 * attributes are not replies: what follows an attribute is.
 */
final class ReplyScanner {

    /** The deepest nesting that is followed. */
    static final int MAX_DEPTH = 64;

    private static final int LONGEST_NUMBER = 11;

    /** Where the scanner got to. */
    enum Position {
        /** All bytes were taken, and what they begin has not ended. */
        WITHIN,
        /** A reply ended with the last byte that was taken. */
        REPLY_ENDED,
        /** A push or an attribute, which is no reply, ended with the last byte that was taken. */
        ASIDE_ENDED,
        /** The bytes are no RESP. */
        MALFORMED
    }

    private enum Expected {
        TYPE,
        LINE,
        LINE_FEED,
        DATA
    }

    /** An aggregate whose elements are still to come. */
    private static final class Open {

        private final boolean reply;
        private long elements;

        Open(boolean reply, long elements) {
            this.reply = reply;
            this.elements = elements;
        }
    }

    private final Deque<Open> open = new ArrayDeque<>();
    private final StringBuilder line = new StringBuilder();
    private Expected expected = Expected.TYPE;
    private char type;
    private long dataToCome;

    /** Takes bytes up to the end of a reply, or all. */
    Position scan(ByteBuffer in) {
        while (in.hasRemaining()) {
            Position position = expected == Expected.DATA ? data(in) : step((char) (in.get() & 0xff));
            if (position != Position.WITHIN) {
                return position;
            }
        }
        return Position.WITHIN;
    }

    private Position step(char c) {
        return switch (expected) {
            case TYPE -> type(c);
            case LINE -> line(c);
            case LINE_FEED -> c == '\n' ? lineEnded() : Position.MALFORMED;
            case DATA -> throw new IllegalStateException("data is passed over in one go");
        };
    }

    private Position type(char c) {
        if ("+-:_#,($!=*%~>|".indexOf(c) < 0) {
            return Position.MALFORMED;
        }
        type = c;
        line.setLength(0);
        expected = Expected.LINE;
        return Position.WITHIN;
    }

    private Position line(char c) {
        if (c == '\r') {
            expected = Expected.LINE_FEED;
        } else if (hasLength() && line.length() < LONGEST_NUMBER) {
            line.append(c);
        } else if (hasLength()) {
            return Position.MALFORMED;
        }
        return Position.WITHIN;
    }

    private boolean hasLength() {
        return "$!=*%~>|".indexOf(type) >= 0;
    }

    private Position lineEnded() {
        if (!hasLength()) {
            return elementEnded();
        }
        long length = number();
        if (length < -1) {
            return Position.MALFORMED;
        }
        return switch (type) {
            case '$', '!', '=' -> bulk(length);
            default -> aggregate(length);
        };
    }

    /** The length, or -2 if it is none. Streamed lengths ({@code ?}) are none: servers do not send them. */
    private long number() {
        try {
            return Long.parseLong(line, 0, line.length(), 10);
        } catch (NumberFormatException malformed) {
            return -2;
        }
    }

    private Position bulk(long length) {
        if (length == -1) {
            return elementEnded();
        }
        dataToCome = length + 2;
        expected = Expected.DATA;
        return Position.WITHIN;
    }

    private Position data(ByteBuffer in) {
        int passed = (int) Math.min(in.remaining(), dataToCome);
        in.position(in.position() + passed);
        dataToCome -= passed;
        return dataToCome == 0 ? elementEnded() : Position.WITHIN;
    }

    private Position aggregate(long length) {
        long elements = type == '%' || type == '|' ? 2 * length : length;
        boolean reply = type != '>' && type != '|';
        if (elements <= 0) {
            return reply ? elementEnded() : aside();
        }
        if (open.size() == MAX_DEPTH) {
            return Position.MALFORMED;
        }
        open.push(new Open(reply, elements));
        expected = Expected.TYPE;
        return Position.WITHIN;
    }

    private Position elementEnded() {
        expected = Expected.TYPE;
        while (!open.isEmpty()) {
            Open innermost = open.element();
            if (--innermost.elements > 0) {
                return Position.WITHIN;
            }
            open.pop();
            if (!innermost.reply) {
                return aside();
            }
        }
        return Position.REPLY_ENDED;
    }

    /** A push or an attribute is over, which does not count as an element either. */
    private Position aside() {
        expected = Expected.TYPE;
        return open.isEmpty() ? Position.ASIDE_ENDED : Position.WITHIN;
    }
}
