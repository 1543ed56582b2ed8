package io.openshell.core.event;

import java.util.regex.Pattern;

/**
 * Makes text from outside fit for an event. Whoever chose it (an agent chooses paths, hosts and the names of its
 * programs) must not be able to end a line, colour a terminal, hide behind invisible characters, fill a disk or
 * leave a credential placeholder in a log.
 */
final class FieldText {

    /** The longest text in a field, in UTF-16 units; what is longer is cut and says so. */
    static final int MAX_LENGTH = 4096;

    private static final String REDACTED = "[CREDENTIAL]";

    /** Both forms of a placeholder, also with percent-encoded colons, any number of times. */
    private static final Pattern PLACEHOLDER = Pattern.compile(
            "openshell(?::|%(?:25)*3a)resolve(?::|%(?:25)*3a)env(?::|%(?:25)*3a)\\w*|openshell-resolve-env-\\w*",
            Pattern.CASE_INSENSITIVE);

    private FieldText() {}

    /** Redacted, well-formed UTF-16 and of bounded length; control characters are still there. */
    static String clean(String text) {
        String redacted = mayHoldPlaceholder(text) ? PLACEHOLDER.matcher(text).replaceAll(REDACTED) : text;
        String whole = wellFormed(redacted);
        if (whole.length() <= MAX_LENGTH) {
            return whole;
        }
        return cut(whole, MAX_LENGTH) + "...[" + (whole.length() - MAX_LENGTH) + " more]";
    }

    /** The first {@code length} units, one fewer where that would cut a character in two. */
    static String cut(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
    }

    /** For prose in the short notation: everything that does not print is escaped. */
    static String prose(String text) {
        return escaped(text, "");
    }

    /** For names in the short notation: spaces are escaped too, so that a name cannot look like what follows it. */
    static String name(String text) {
        return escaped(text, " ");
    }

    /** For text between double quotes in the short notation. */
    static String quoted(String text) {
        return escaped(text, "\"");
    }

    private static String escaped(String text, String alsoEscaped) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c > 0x7e || c == '\\' || alsoEscaped.indexOf(c) >= 0) {
                return escapedFrom(i, text, alsoEscaped);
            }
        }
        return text;
    }

    private static String escapedFrom(int start, String text, String alsoEscaped) {
        StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, start);
        for (int i = start; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                case '"' -> out.append(alsoEscaped.indexOf('"') >= 0 ? "\\\"" : "\"");
                default -> {
                    if (prints(c) && alsoEscaped.indexOf(c) < 0) {
                        out.appendCodePoint(c);
                    } else {
                        out.append("\\u{").append(Integer.toHexString(c)).append('}');
                    }
                }
            }
        }
        return out.toString();
    }

    /** False for controls, invisible and direction-changing characters, line ends, strange spaces and unassigned ones. */
    private static boolean prints(int c) {
        if (c == ' ') {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    private static boolean mayHoldPlaceholder(String text) {
        for (int i = text.length() - "openshell".length(); i >= 0; i--) {
            char c = text.charAt(i);
            if ((c == 'o' || c == 'O') && text.regionMatches(true, i, "openshell", 0, "openshell".length())) {
                return true;
            }
        }
        return false;
    }

    /** Half a surrogate pair is not text: a strict reader of JSON would refuse the whole line. */
    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return text.codePoints()
                        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }
}
