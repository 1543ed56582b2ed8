package io.openshell.core.credential;

import java.util.Arrays;

/**
 * A text with its encoding taken off, and where each of its characters stood before: so that a placeholder is replaced
 * where it stands and all around it stays as it was.
 */
final class Decoded {

    private final StringBuilder text;
    private int[] starts;

    private Decoded(int expected) {
        text = new StringBuilder(expected);
        starts = new int[expected + 1];
    }

    String text() {
        return text.toString();
    }

    /** Where the character at an index began; behind the last one, where it ended. */
    int rawIndex(int index) {
        return starts[index];
    }

    /** A text without encoding. */
    static Decoded plain(String raw, int from, int to) {
        Decoded decoded = new Decoded(to - from);
        for (int i = from; i < to; i++) {
            decoded.add(raw.charAt(i), i);
        }
        return decoded.end(to);
    }

    /**
     * Percent-encoding. Each byte becomes a character of its own, since only ASCII is looked for.
     *
     * @param plus whether a plus stands for a space
     */
    static Decoded percent(String raw, int from, int to, boolean plus) {
        Decoded decoded = new Decoded(to - from);
        for (int i = from; i < to; i++) {
            char c = raw.charAt(i);
            int value = c == '%' && i + 2 < to ? hex(raw, i + 1, i + 3) : -1;
            if (value >= 0) {
                decoded.add((char) value, i);
                i += 2;
            } else {
                decoded.add(plus && c == '+' ? ' ' : c, i);
            }
        }
        return decoded.end(to);
    }

    /** The inside of a JSON string that has been checked. */
    static Decoded json(String raw, int from, int to) {
        Decoded decoded = new Decoded(to - from);
        for (int i = from; i < to; i++) {
            char c = raw.charAt(i);
            if (c != '\\' || i + 1 >= to) {
                decoded.add(c, i);
                continue;
            }
            char escape = raw.charAt(i + 1);
            int value = escape == 'u' && i + 6 <= to ? hex(raw, i + 2, i + 6) : -1;
            decoded.add(value >= 0 ? (char) value : unescaped(escape), i);
            i += value >= 0 ? 5 : 1;
        }
        return decoded.end(to);
    }

    private static char unescaped(char escape) {
        return switch (escape) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            default -> escape;
        };
    }

    private static int hex(String raw, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = raw.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private void add(char c, int at) {
        if (text.length() + 1 >= starts.length) {
            starts = Arrays.copyOf(starts, starts.length * 2 + 1);
        }
        starts[text.length()] = at;
        text.append(c);
    }

    private Decoded end(int at) {
        if (text.length() >= starts.length) {
            starts = Arrays.copyOf(starts, text.length() + 1);
        }
        starts[text.length()] = at;
        return this;
    }
}
