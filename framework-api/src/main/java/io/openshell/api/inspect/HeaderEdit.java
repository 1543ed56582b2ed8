package io.openshell.api.inspect;

import org.jspecify.annotations.Nullable;

/**
 * A change to one header field.
 *
 * @param name the field's name, any case
 * @param value the value that replaces every field of this name, or {@code null} to remove them
 */
public record HeaderEdit(String name, @Nullable String value) {

    public HeaderEdit {
        if (name.isEmpty() || !name.chars().allMatch(HeaderEdit::isTokenCharacter)) {
            throw new IllegalArgumentException("name: " + name + " (expected: a token, RFC 9110 section 5.6.2)");
        }
        if (value != null && value.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
            throw new IllegalArgumentException(
                    "value of " + name + ": holds CR, LF or NUL (expected: a field value, RFC 9110 section 5.5)");
        }
    }

    /** The name alone: a value may be a secret. */
    @Override
    public String toString() {
        return "HeaderEdit[" + name + (value == null ? " removed]" : " replaced]");
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
