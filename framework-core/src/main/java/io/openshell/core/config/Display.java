package io.openshell.core.config;

/** How text of unknown origin is printed: on one line, without characters that move the cursor or the eye. */
final class Display {

    private static final int LONGEST_VALUE = 80;

    private Display() {}

    /** A value as it stands in a message, cut if it is long. */
    static String value(String text) {
        int length = text.codePointCount(0, text.length());
        if (length <= LONGEST_VALUE) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, LONGEST_VALUE - 3)) + "...";
    }

    /** The text with everything that {@link Characters} forbids, and line breaks, as escapes. */
    static String oneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\n' || c == '\t' || Characters.isForbidden(c)) {
                line.append(Characters.name(c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return line.toString();
    }
}
