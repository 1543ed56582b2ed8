package io.openshell.core.config;

import java.util.HexFormat;

/**
 * Which characters may occur in a configuration. Control characters have no business there, and format
 * characters (bidirectional overrides, zero-width ones) show a reviewer something else than what is read.
 */
final class Characters {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final int BYTE_ORDER_MARK = 0xFEFF;

    private Characters() {}

    /** Whether this code point is refused, quoted or not. Line feed and tab are left to the caller. */
    static boolean isForbidden(int codePoint) {
        if (codePoint == '\n' || codePoint == '\t') {
            return false;
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> (codePoint & 0xFFFE) == 0xFFFE;
        };
    }

    /** The code point in the notation {@code U+001B}. */
    static String name(int codePoint) {
        String digits = HEX.toHexDigits(codePoint);
        int leading = codePoint > 0xFFFF ? digits.length() - 6 : digits.length() - 4;
        return "U+" + digits.substring(leading);
    }

    /** The text without a byte order mark at its beginning. */
    static String withoutMark(String text) {
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    /** Reports every forbidden character of a text. A carriage return is allowed only before a line feed. */
    static void check(String text, ConfigProblems problems) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int next = i + Character.charCount(c);
            boolean lineEnd = c == '\r' && next < text.length() && text.charAt(next) == '\n';
            if (isForbidden(c) && !lineEnd) {
                problems.add(new Position(line, column), "", name(c) + " (expected: no control or format characters)");
            }
            column++;
            if (c == '\n') {
                line++;
                column = 1;
            }
            i = next;
        }
    }
}
