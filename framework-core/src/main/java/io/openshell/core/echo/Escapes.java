package io.openshell.core.echo;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A way in which bytes are written as several others, of which the first tells. */
enum Escapes {
    /** {@code %2F}, of URLs and forms (RFC 3986 section 2.1). */
    PERCENT('%', 0),
    /** {@code \}{@code u002f}, {@code \/} and {@code \x2f}, of JSON (RFC 8259 section 7) and programming languages. */
    BACKSLASH('\\', 1),
    /** Names and numbers of characters behind an ampersand, of HTML and XML. */
    ENTITY('&', 2);

    /** What {@link #read} says of an escape whose end has not come. */
    static final long UNFINISHED = 0;

    /** The most bytes that an escape has; longer ones are none. */
    static final int WIDEST = 8;

    /** The widest escape that stands for a byte and not for a character. */
    static final int WIDEST_BYTE = 4;

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    final byte lead;

    /** From 0 on. */
    final int index;

    final String label;

    Escapes(char lead, int index) {
        this.lead = (byte) lead;
        this.index = index;
        this.label = name().toLowerCase(Locale.ROOT);
    }

    /** Which of them a text may have: one bit each, by index. */
    static int leadsIn(byte[] text, int from, int to) {
        long percent = 0;
        long backslash = 0;
        long ampersand = 0;
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long eight = (long) LONG.get(text, at);
            percent |= zeros(eight ^ '%' * ONES);
            backslash |= zeros(eight ^ '\\' * ONES);
            ampersand |= zeros(eight ^ '&' * ONES);
        }
        int leads = (percent != 0 ? 1 : 0) | (backslash != 0 ? 2 : 0) | (ampersand != 0 ? 4 : 0);
        for (; at < to; at++) {
            byte octet = text[at];
            leads |= octet == '%' ? 1 : octet == '\\' ? 2 : octet == '&' ? 4 : 0;
        }
        return leads;
    }

    /** Not zero if one of eight bytes is. */
    private static long zeros(long eight) {
        return (eight - ONES) & ~eight & HIGHS;
    }

    /**
     * Reads what begins with the lead.
     *
     * @param whole whether the text ends for good
     * @return {@link #UNFINISHED}, or the width in the upper half and the value in the lower; width 1 for what is no escape.
     *     The value is a byte if the width is at most {@link #WIDEST_BYTE}, else a code point
     */
    long read(byte[] text, int at, int to, boolean whole) {
        long read = switch (this) {
            case PERCENT -> digits(text, at, at + 1, 2, to);
            case BACKSLASH -> backslash(text, at, to);
            case ENTITY -> entity(text, at, to);
        };
        return read == UNFINISHED && whole ? literal() : read;
    }

    private long literal() {
        return escape(1, lead);
    }

    private static long escape(int width, int codePoint) {
        return (long) width << 32 | codePoint;
    }

    private long backslash(byte[] text, int at, int to) {
        if (at + 1 == to) {
            return UNFINISHED;
        }
        byte kind = text[at + 1];
        return switch (kind) {
            case 'u' -> digits(text, at, at + 2, 4, to);
            case 'x' -> digits(text, at, at + 2, 2, to);
            default -> isPunctuation(kind) ? escape(2, kind) : literal();
        };
    }

    private static boolean isPunctuation(byte octet) {
        return octet > ' ' && octet < 0x7f && !Character.isLetterOrDigit(octet);
    }

    /** A fixed number of hexadecimal digits. */
    private long digits(byte[] text, int at, int first, int count, int to) {
        int value = 0;
        for (int i = first; i < first + count; i++) {
            if (i == to) {
                return UNFINISHED;
            }
            int digit = digit(text[i], 16);
            if (digit < 0) {
                return literal();
            }
            value = value << 4 | digit;
        }
        return escape(first + count - at, value);
    }

    private long entity(byte[] text, int at, int to) {
        int end = at + 1;
        while (end < to && text[end] != ';') {
            boolean part = Character.isLetterOrDigit(text[end]) || (text[end] == '#' && end == at + 1);
            if (!part || end - at + 2 > WIDEST) {
                return literal();
            }
            end++;
        }
        if (end == to) {
            return UNFINISHED;
        }
        int value = text[at + 1] == '#' ? number(text, at + 2, end) : named(text, at + 1, end);
        return value < 0 ? literal() : escape(end + 1 - at, value);
    }

    private static int number(byte[] text, int from, int to) {
        boolean hex = from < to && (text[from] | 0x20) == 'x';
        int first = hex ? from + 1 : from;
        int value = 0;
        for (int i = first; i < to; i++) {
            int digit = digit(text[i], hex ? 16 : 10);
            if (digit < 0) {
                return -1;
            }
            value = value * (hex ? 16 : 10) + digit;
        }
        return first == to ? -1 : value;
    }

    private static int named(byte[] text, int from, int to) {
        return switch (new String(text, from, to - from, StandardCharsets.US_ASCII)) {
            case "amp" -> '&';
            case "lt" -> '<';
            case "gt" -> '>';
            case "quot" -> '"';
            case "apos" -> '\'';
            case "sol" -> '/';
            case "plus" -> '+';
            case "equals" -> '=';
            default -> -1;
        };
    }

    private static int digit(byte octet, int radix) {
        return octet < 0 ? -1 : Character.digit(octet, radix);
    }
}
