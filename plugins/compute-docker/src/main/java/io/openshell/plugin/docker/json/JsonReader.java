package io.openshell.plugin.docker.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text (RFC 8259) into maps, lists, texts, {@link Long}s, {@link Double}s, truth values and {@code null}.
 * Strict: no key stands twice, nothing comes after the value, and nesting has an end. Used once.
 *
 * <p>It is the plugin's own because a library's classes, which no start-up cache can hold for a plugin, took a sixth of a
 * start; {@code docs/adr/0056} has the numbers. Its tests hold it against that library.
 */
final class JsonReader {

    private static final int MAX_NESTING = 50;

    /** What surely fits into a long. */
    private static final int SHORT_NUMBER = 18;

    /** No character of a JSON text. */
    private static final char END = '\0';

    private static final int HEX = 16;
    private static final int HEX_DIGITS = 4;
    private static final char FIRST_PRINTABLE = ' ';

    private final String text;
    private int at;
    private int depth;

    private JsonReader(String text) {
        this.text = text;
    }

    /** @throws MalformedAnswerException if it is anything else; says where */
    static @Nullable Object read(String text) throws MalformedAnswerException {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value();
        if (reader.next() != END) {
            throw reader.wrong("nothing more");
        }
        return value;
    }

    /** The next character that is not white space, which stays where it is. */
    private char next() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return c == END ? '?' : c;
            }
            at++;
        }
        return END;
    }

    private @Nullable Object value() throws MalformedAnswerException {
        return switch (next()) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> members() throws MalformedAnswerException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        if (opensEmpty('}')) {
            return members;
        }
        do {
            if (next() != '"') {
                throw wrong("a key");
            }
            int start = at;
            String key = string();
            if (members.containsKey(key)) {
                at = start;
                throw wrong("a key that does not stand twice");
            }
            take(':');
            members.put(key, value());
        } while (goesOn('}'));
        return members;
    }

    private List<@Nullable Object> elements() throws MalformedAnswerException {
        List<@Nullable Object> elements = new ArrayList<>();
        if (opensEmpty(']')) {
            return elements;
        }
        do {
            elements.add(value());
        } while (goesOn(']'));
        return elements;
    }

    private boolean opensEmpty(char close) throws MalformedAnswerException {
        if (depth == MAX_NESTING) {
            throw wrong("nesting of at most " + MAX_NESTING);
        }
        at++;
        if (next() == close) {
            at++;
            return true;
        }
        depth++;
        return false;
    }

    /** Takes the comma before one more, or what closes. */
    private boolean goesOn(char close) throws MalformedAnswerException {
        char c = next();
        if (c != ',' && c != close) {
            throw wrong("',' or '" + close + "'");
        }
        at++;
        if (c == close) {
            depth--;
        }
        return c == ',';
    }

    private void take(char expected) throws MalformedAnswerException {
        if (next() != expected) {
            throw wrong("'" + expected + "'");
        }
        at++;
    }

    private @Nullable Object word(String word, @Nullable Boolean meaning) throws MalformedAnswerException {
        if (!text.startsWith(word, at)) {
            throw wrong("a value");
        }
        at += word.length();
        return meaning;
    }

    private String string() throws MalformedAnswerException {
        int start = ++at;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                return text.substring(start, at++);
            }
            if (c == '\\') {
                return escaped(start);
            }
            plain(c);
        }
        throw wrong("'\"'");
    }

    /** A string with an escape at this place. */
    private String escaped(int start) throws MalformedAnswerException {
        StringBuilder string = new StringBuilder().append(text, start, at);
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return string.toString();
            }
            if (c == '\\') {
                at++;
                string.append(escape());
            } else {
                plain(c);
                string.append(c);
            }
        }
        throw wrong("'\"'");
    }

    private void plain(char c) throws MalformedAnswerException {
        if (c < FIRST_PRINTABLE) {
            throw wrong("a control character as an escape");
        }
        at++;
    }

    private char escape() throws MalformedAnswerException {
        char c = at < text.length() ? text.charAt(at) : END;
        char meant = switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hex();
            default -> throw wrong("an escape of JSON");
        };
        at++;
        return meant;
    }

    /** The four digits after this place; leaves the last of them to be taken. */
    private char hex() throws MalformedAnswerException {
        int code = 0;
        for (int i = 0; i < HEX_DIGITS; i++) {
            at++;
            int digit = at < text.length() && text.charAt(at) < 0x80 ? Character.digit(text.charAt(at), HEX) : -1;
            if (digit < 0) {
                throw wrong("four hexadecimal digits");
            }
            code = code * HEX + digit;
        }
        return (char) code;
    }

    /** Fractions and what no long can hold are {@link Double}s. */
    private Object number() throws MalformedAnswerException {
        int start = at;
        skip('-');
        boolean zero = at < text.length() && text.charAt(at) == '0';
        if (digits() > 1 && zero) {
            at = start;
            throw wrong("a number without a zero before it");
        }
        boolean whole = true;
        if (skip('.')) {
            whole = false;
            digits();
        }
        if (skip('e') || skip('E')) {
            whole = false;
            if (!skip('+')) {
                skip('-');
            }
            digits();
        }
        return whole ? whole(text.substring(start, at)) : (Object) Double.valueOf(text.substring(start, at));
    }

    private static Object whole(String digits) {
        if (digits.length() <= SHORT_NUMBER) {
            return Long.parseLong(digits);
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException tooLong) {
            return Double.valueOf(digits);
        }
    }

    private boolean skip(char c) {
        boolean there = at < text.length() && text.charAt(at) == c;
        if (there) {
            at++;
        }
        return there;
    }

    private int digits() throws MalformedAnswerException {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            throw wrong("a value");
        }
        return at - start;
    }

    private MalformedAnswerException wrong(String expected) {
        return new MalformedAnswerException(
                "no JSON at character " + (at + 1) + " of " + text.length() + " (expected: " + expected + ")");
    }
}
