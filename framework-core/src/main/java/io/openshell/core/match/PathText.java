package io.openshell.core.match;

import java.nio.charset.StandardCharsets;

/**
 * Brings the text of a path glob into the form of the paths that it is compared with: a space or a letter outside
 * ASCII is written as the request will have it, and {@code %41} as the letter that it is. What no canonical path
 * has is refused, for a deny rule with it would look like protection and never match.
 */
final class PathText {

    private static final String KEPT = "-._~!$&'()*+,=:@";
    private static final String GLOB = "*?[]{}\\/";

    private PathText() {}

    /** @throws IllegalArgumentException if no canonical path can match; the message says why */
    static String canonical(String glob) {
        if (glob.isEmpty() || ("/{".indexOf(glob.charAt(0)) < 0 && !glob.startsWith("**"))) {
            throw new IllegalArgumentException(glob + " (expected: a glob that begins with '/', or '**' for any path)");
        }
        String[] never = {"//", "/./", "/../"};
        for (String part : never) {
            if (glob.contains(part)) {
                throw new IllegalArgumentException(
                        glob + ": no request has '" + part + "' (expected: a canonical path)");
            }
        }
        if (glob.endsWith("/..") || glob.endsWith("/.") || glob.indexOf(';') >= 0 || glob.indexOf('#') >= 0) {
            throw new IllegalArgumentException(
                    glob + ": no request has such a path (expected: no ';', '#' or dot segment)");
        }
        StringBuilder out = new StringBuilder();
        boolean inClass = false;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            inClass = c == '[' || (inClass && c != ']');
            if (c == '%') {
                i += escape(glob, i, out);
            } else if (inClass || GLOB.indexOf(c) >= 0 || plain(c)) {
                out.append(c);
            } else {
                int codePoint = glob.codePointAt(i);
                encode(Character.toString(codePoint), out);
                i += Character.charCount(codePoint) - 1;
            }
        }
        return out.toString();
    }

    private static boolean plain(int c) {
        return (c < 0x80 && Character.isLetterOrDigit(c)) || KEPT.indexOf(c) >= 0;
    }

    private static void encode(String text, StringBuilder out) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            out.append(String.format("%%%02X", b));
        }
    }

    /** Appends one percent-encoded byte; the number of characters read after the percent sign. */
    private static int escape(String glob, int at, StringBuilder out) {
        int value = at + 2 < glob.length() ? hex(glob.charAt(at + 1), glob.charAt(at + 2)) : -1;
        if (value < 0) {
            throw new IllegalArgumentException(
                    glob + ": '%' without two hexadecimal digits (expected: '%25' for a percent sign)");
        }
        if (plain(value) && value != '*') {
            out.append((char) value);
        } else if (value == '*') {
            out.append("\\*");
        } else {
            out.append(String.format("%%%02X", value));
        }
        return 2;
    }

    private static int hex(char high, char low) {
        int a = Character.digit(high, 16);
        int b = Character.digit(low, 16);
        return a < 0 || b < 0 ? -1 : a * 16 + b;
    }
}
