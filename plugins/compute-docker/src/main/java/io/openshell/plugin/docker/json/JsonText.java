package io.openshell.plugin.docker.json;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps, lists, texts, whole numbers and truth values as JSON (RFC 8259). */
public final class JsonText {

    private static final char FIRST_PRINTABLE = ' ';

    private JsonText() {}

    /** @throws IllegalArgumentException if there is anything else in it */
    public static String of(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value);
        return out.toString();
    }

    private static void write(StringBuilder out, @Nullable Object value) {
        if (value instanceof Map<?, ?> members) {
            object(out, members);
        } else if (value instanceof List<?> elements) {
            array(out, elements);
        } else if (value instanceof String text) {
            string(out, text);
        } else if (value == null || value instanceof Integer || value instanceof Long || value instanceof Boolean) {
            out.append(value);
        } else {
            throw new IllegalArgumentException("JSON: " + value.getClass());
        }
    }

    private static void object(StringBuilder out, Map<?, ?> members) {
        String before = "{";
        for (Map.Entry<?, ?> member : members.entrySet()) {
            out.append(before);
            string(out, String.valueOf(member.getKey()));
            out.append(':');
            write(out, member.getValue());
            before = ",";
        }
        out.append(members.isEmpty() ? "{}" : "}");
    }

    private static void array(StringBuilder out, List<?> elements) {
        String before = "[";
        for (Object element : elements) {
            out.append(before);
            write(out, element);
            before = ",";
        }
        out.append(elements.isEmpty() ? "[]" : "]");
    }

    private static void string(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < FIRST_PRINTABLE) {
                out.append(escape(c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static String escape(char control) {
        return switch (control) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> "\\u00" + (control < 0x10 ? "0" : "") + Integer.toHexString(control);
        };
    }
}
