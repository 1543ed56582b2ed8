package io.openshell.plugin.rest;

import java.util.Locale;
import java.util.Set;

/**
 * A rule's method. Methods are case-sensitive (RFC 9110 section 9.1) and the standard ones are upper case, so a
 * policy's spelling is read as upper case and an allow rule compares exactly. A deny rule compares without case:
 * some servers do, and {@code delete} must not slip by a rule that denies {@code DELETE}.
 *
 * @param name in upper case, or {@code *} for any
 */
record MethodMatcher(String name) {

    static final String ANY = "*";

    /** Methods that RFC 9110 section 9 and RFC 5789 define. */
    static final Set<String> STANDARD =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE");

    static MethodMatcher of(String text) {
        return new MethodMatcher(text.toUpperCase(Locale.ROOT));
    }

    boolean any() {
        return name.equals(ANY);
    }

    boolean allows(String method) {
        return any() || name.equals(method) || (name.equals("GET") && method.equals("HEAD"));
    }

    boolean denies(String method) {
        return any() || name.equalsIgnoreCase(method) || (name.equals("GET") && method.equalsIgnoreCase("HEAD"));
    }

    /** RFC 9110 section 5.6.2. */
    static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c -> c < 0x7f
                                && c > ' '
                                && (Character.isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0));
    }
}
