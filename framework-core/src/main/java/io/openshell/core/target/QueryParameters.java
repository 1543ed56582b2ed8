package io.openshell.core.target;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a query: names and values between {@code &}, percent-decoded as UTF-8, {@code +} being a
 * space.
 *
 * <p>Some servers take a semicolon for {@code &}. A value with one is therefore given whole and also in parts, as
 * those servers would read it: since every value must match to allow and any to deny, the second reading can only
 * take rights away.
 */
public final class QueryParameters {

    private QueryParameters() {}

    /** What became of a query. */
    public sealed interface Result {}

    /**
     * The parameters.
     *
     * @param values each name's values in order; unmodifiable, in order of first occurrence
     */
    public record Parsed(Map<String, List<String>> values) implements Result {}

    /**
     * Not a query.
     *
     * @param problem one line without any part of the query
     */
    public record Refused(String problem) implements Result {}

    /** Reads a raw query, without the question mark. Empty parts are passed over. */
    public static Result parse(String raw) {
        if (raw.isEmpty()) {
            return new Parsed(Map.of());
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        try {
            for (String part : raw.split("&")) {
                add(part, values);
                if (part.indexOf(';') >= 0) {
                    for (String smaller : part.split(";")) {
                        add(smaller, values);
                    }
                }
            }
        } catch (CharacterCodingException malformed) {
            return new Refused("query is not UTF-8 after percent-decoding");
        } catch (NumberFormatException malformed) {
            return new Refused("query contains an invalid percent-encoded sequence");
        }
        values.replaceAll((name, list) -> Collections.unmodifiableList(list));
        return new Parsed(Collections.unmodifiableMap(values));
    }

    private static void add(String part, Map<String, List<String>> values) throws CharacterCodingException {
        if (part.isEmpty()) {
            return;
        }
        int equals = part.indexOf('=');
        String name = decoded(equals < 0 ? part : part.substring(0, equals));
        String value = equals < 0 ? "" : decoded(part.substring(equals + 1));
        values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }

    private static String decoded(String text) throws CharacterCodingException {
        if (text.indexOf('%') < 0) {
            return text.replace('+', ' ');
        }
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                bytes.put((byte) (c == '+' ? ' ' : c));
                continue;
            }
            int value = RequestTarget.hexPair(text, i + 1);
            if (value < 0) {
                throw new NumberFormatException("percent-encoding");
            }
            bytes.put((byte) value);
            i += 2;
        }
        return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    }
}
