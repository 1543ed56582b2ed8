package io.openshell.proxy.relay;

import java.util.EnumSet;
import java.util.zip.DataFormatException;

/** Reads past the head of one member of a gzip stream (RFC 1952 section 2.3), byte by byte. For one thread. */
final class GzipHead {

    private static final int FIXED_BYTES = 10;
    private static final int CRC = 0x02;
    private static final int EXTRA = 0x04;
    private static final int NAME = 0x08;
    private static final int COMMENT = 0x10;
    private static final int RESERVED = 0xe0;

    /** What is next; in the order in which it comes. */
    private enum Part {
        FIXED,
        EXTRA_LENGTH,
        EXTRA_DATA,
        NAME,
        COMMENT,
        CRC,
        DONE
    }

    private Part part = Part.FIXED;
    private int flags;
    private int at;
    private int extra;

    /**
     * Takes a byte.
     *
     * @return whether it was the last
     * @throws DataFormatException if this is no head
     */
    boolean ends(byte octet) throws DataFormatException {
        int value = octet & 0xff;
        switch (part) {
            case FIXED -> fixed(value);
            case EXTRA_LENGTH -> {
                extra |= value << (8 * at);
                if (++at == 2) {
                    next(extra == 0 ? Part.NAME : Part.EXTRA_DATA);
                }
            }
            case EXTRA_DATA -> {
                if (++at == extra) {
                    next(Part.NAME);
                }
            }
            case NAME -> {
                if (value == 0) {
                    next(Part.COMMENT);
                }
            }
            case COMMENT -> {
                if (value == 0) {
                    next(Part.CRC);
                }
            }
            case CRC -> {
                if (++at == 2) {
                    next(Part.DONE);
                }
            }
            case DONE -> throw new IllegalStateException("gzip head: over (expected: no byte behind it)");
        }
        return part == Part.DONE;
    }

    private void fixed(int value) throws DataFormatException {
        boolean right = switch (at) {
            case 0 -> value == 0x1f;
            case 1 -> value == 0x8b;
            case 2 -> value == 8;
            case 3 -> (value & RESERVED) == 0;
            default -> true;
        };
        if (!right) {
            throw new DataFormatException("no gzip");
        }
        if (at == 3) {
            flags = value;
        }
        if (++at == FIXED_BYTES) {
            next(Part.EXTRA_LENGTH);
        }
    }

    /** Goes to a part, or to the first behind it that the flags announce. */
    private void next(Part from) {
        at = 0;
        part = EnumSet.range(from, Part.DONE).stream()
                .filter(this::isThere)
                .findFirst()
                .orElse(Part.DONE);
    }

    private boolean isThere(Part asked) {
        return switch (asked) {
            case EXTRA_LENGTH -> (flags & EXTRA) != 0;
            case EXTRA_DATA -> extra > 0;
            case NAME -> (flags & NAME) != 0;
            case COMMENT -> (flags & COMMENT) != 0;
            case CRC -> (flags & CRC) != 0;
            case FIXED, DONE -> true;
        };
    }
}
