package io.openshell.core.config;

import io.openshell.api.config.ConfigNode;
import io.openshell.api.config.TextMatcher;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes records, maps and lists as YAML that {@link YamlReader} and {@link RecordBinder} read back to equal
 * records. One value has one spelling: keys of maps are sorted, absent components are left out, text is quoted
 * exactly when it has to be.
 */
public final class RecordPrinter {

    private static final String STEP = "  ";

    private RecordPrinter() {}

    /** The document for a mapping whose values are records, maps, lists, text, numbers and truth values. */
    public static String print(Map<String, ?> document) {
        StringBuilder out = new StringBuilder();
        appendMapping(out, document, "");
        return out.toString();
    }

    /** A record as a mapping that {@link #print} takes, keys in the record's order. */
    public static Map<String, Object> mapping(Record value) {
        Map<String, Object> mapping = new LinkedHashMap<>();
        for (RecordShape.Component component :
                RecordShape.of(value.getClass()).components().values()) {
            Object part = read(value, component);
            if (part != null) {
                mapping.put(component.key(), plain(part));
            }
        }
        return mapping;
    }

    private static Object plain(Object value) {
        return switch (value) {
            case TextMatcher matcher
            when matcher.any().size() == 1 -> matcher.any().get(0);
            case YamlNode node -> plain(node);
            case ConfigNode foreign ->
                throw new IllegalArgumentException(foreign.path() + ": a node that the core did not make");
            case Record part -> mapping(part);
            case Enum<?> constant -> RecordBinder.spelling(constant);
            case List<?> list -> list.stream().map(RecordPrinter::plain).toList();
            case Map<?, ?> map -> {
                Map<String, Object> sorted = new TreeMap<>();
                map.forEach((key, part) -> sorted.put((String) key, plain(part)));
                yield sorted;
            }
            default -> value;
        };
    }

    private static Object plain(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar ->
                scalar.plain() && !CoreSchema.isText(scalar.text()) ? new Verbatim(scalar.text()) : scalar.text();
            case YamlNode.Sequence sequence -> {
                List<Object> items = new ArrayList<>();
                sequence.items().forEach(item -> items.add(plain(item)));
                yield items;
            }
            case YamlNode.Mapping mapping -> {
                Map<String, Object> sorted = new TreeMap<>();
                mapping.entries().forEach((key, entry) -> sorted.put(key, plain(entry.value())));
                yield sorted;
            }
            case YamlNode.Refused refused ->
                throw new IllegalArgumentException(refused.path() + ": refused (expected: a value)");
        };
    }

    private static void appendMapping(StringBuilder out, Map<?, ?> mapping, String indent) {
        mapping.forEach((key, value) -> {
            out.append(indent).append(text((String) key)).append(':');
            if (isBlock(value)) {
                out.append('\n');
                appendBlock(out, value, indent + STEP);
            } else {
                out.append(' ').append(inline(value, indent)).append('\n');
            }
        });
    }

    private static void appendBlock(StringBuilder out, Object value, String indent) {
        if (value instanceof Map<?, ?> mapping) {
            appendMapping(out, mapping, indent);
            return;
        }
        for (Object item : (List<?>) value) {
            if (isBlock(item)) {
                StringBuilder block = new StringBuilder();
                appendBlock(block, item, indent + STEP);
                out.append(indent).append("- ").append(block, indent.length() + STEP.length(), block.length());
            } else {
                out.append(indent).append("- ").append(inline(item, indent)).append('\n');
            }
        }
    }

    private static boolean isBlock(Object value) {
        return (value instanceof Map<?, ?> map && !map.isEmpty()) || (value instanceof List<?> list && !list.isEmpty());
    }

    private static String inline(Object value, String indent) {
        return switch (value) {
            case String text when text.indexOf('\n') >= 0 -> lines(text, indent + STEP);
            case String text -> text(text);
            case Map<?, ?> ignored -> "{}";
            case List<?> ignored -> "[]";
            case Verbatim verbatim -> verbatim.text;
            case Boolean truth -> truth.toString();
            case Integer number -> number.toString();
            case Long number -> number.toString();
            default -> throw new IllegalArgumentException("value: " + value.getClass() + " (expected: a scalar)");
        };
    }

    private static String text(String text) {
        boolean bare =
                CoreSchema.isText(text) && !text.equals("<<") && text.chars().allMatch(RecordPrinter::isBare);
        return bare && isBareStart(text.charAt(0)) ? text : quoted(text);
    }

    /** Text of several lines, as a literal block. */
    private static String lines(String text, String indent) {
        boolean ended = text.endsWith("\n");
        String content = ended ? text.substring(0, text.length() - 1) : text;
        StringBuilder block = new StringBuilder(ended ? "|2+" : "|2-");
        for (String line : content.split("\n", -1)) {
            block.append('\n').append(line.isEmpty() ? "" : indent).append(line);
        }
        return block.toString();
    }

    private static boolean isBareStart(int c) {
        return c == '/' || c == '_' || c == '.' || (c != '-' && isBare(c));
    }

    private static boolean isBare(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '/'
                || c == '_'
                || c == '.'
                || c == '-';
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                default -> quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }

    private static @Nullable Object read(Record value, RecordShape.Component component) {
        try {
            return component.accessor().invoke(value);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + component.accessor(), e);
        }
    }

    /** An unquoted scalar that is a number, a truth value or nothing. */
    private record Verbatim(String text) {}
}
