package io.openshell.core.config;

import io.openshell.api.config.ConfigNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A part of a document, with its place. Immutable. */
public sealed interface YamlNode {

    /** Where it is in the tree; empty for the document. */
    String path();

    /** Where it begins in the text. */
    Position position();

    /** What it is, for a message: the value itself, or "a list" and the like. */
    String describe();

    /** Whether nothing in it was refused. */
    default boolean isWhole() {
        return switch (this) {
            case Scalar ignored -> true;
            case Sequence list -> list.items().stream().allMatch(YamlNode::isWhole);
            case Mapping mapping ->
                mapping.entries().values().stream()
                        .allMatch(entry -> entry.value().isWhole());
            case Refused ignored -> false;
        };
    }

    /** The position of the node at {@code path}, which is below this one, or of the nearest one around it. */
    default Position locate(String path) {
        YamlNode best = this;
        YamlNode next = this;
        while (next != null) {
            best = next;
            next = best.childTowards(path);
        }
        return best.position();
    }

    /** The child at or around {@code path}, if there is one. */
    default @Nullable YamlNode childTowards(String path) {
        return null;
    }

    /**
     * A single value.
     *
     * @param text the value after quotes and escapes
     * @param plain whether it stands there without quotes, so that it may be a number, a truth value or nothing
     */
    record Scalar(String path, Position position, String text, boolean plain) implements YamlNode {

        /** Whether it is an explicit {@code null} or nothing at all. */
        public boolean isNull() {
            return plain && CoreSchema.isNull(text);
        }

        /** The text, if it is text: in quotes, or nothing that YAML takes for a number, a truth value or nothing. */
        public Optional<String> asText() {
            return !plain || CoreSchema.isText(text) ? Optional.of(text) : Optional.empty();
        }

        /** The truth value, if it is one. */
        public Optional<Boolean> asTruthValue() {
            return plain ? CoreSchema.truthValue(text) : Optional.empty();
        }

        /** The whole number, if it is one between the bounds. */
        public Optional<Long> asInteger(long least, long most) {
            return plain ? CoreSchema.integer(text, least, most) : Optional.empty();
        }

        /** In quotes where it would be taken for something else without. */
        @Override
        public String describe() {
            if (isNull()) {
                return text.isEmpty() ? "nothing" : text;
            }
            boolean misleading = !plain && (!CoreSchema.isText(text) || !text.equals(text.strip()));
            return misleading ? '"' + Display.value(text) + '"' : Display.value(text);
        }
    }

    /** A list. */
    record Sequence(String path, Position position, List<YamlNode> items) implements YamlNode {

        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String describe() {
            return items.isEmpty() ? "an empty list" : "a list";
        }

        @Override
        public @Nullable YamlNode childTowards(String target) {
            int open = path.length();
            int close = target.indexOf(']', open);
            if (!target.startsWith(path) || close < 0 || target.charAt(open) != '[') {
                return null;
            }
            long index = CoreSchema.integer(target.substring(open + 1, close), 0, items.size() - 1L)
                    .orElse(-1L);
            return index < 0 ? null : items.get((int) index);
        }
    }

    /**
     * A mapping.
     *
     * @param entries in the order of the text, unmodifiable
     */
    record Mapping(String path, Position position, Map<String, Entry> entries) implements YamlNode, ConfigNode {

        /** The value of a key, or {@code null}. */
        public @Nullable YamlNode get(String key) {
            Entry entry = entries.get(key);
            return entry == null ? null : entry.value();
        }

        @Override
        public String describe() {
            return entries.isEmpty() ? "an empty mapping" : "a mapping";
        }

        @Override
        public @Nullable YamlNode childTowards(String path) {
            YamlNode best = null;
            for (Entry entry : entries.values()) {
                YamlNode value = entry.value();
                if (leadsTo(value, path)
                        && (best == null || value.path().length() > best.path().length())) {
                    best = value;
                }
            }
            return best;
        }
    }

    /**
     * A key's place and value.
     *
     * @param keyPosition where the key stands
     */
    record Entry(Position keyPosition, YamlNode value) {}

    /** Something whose problem has been reported already; whoever meets it says nothing more about it. */
    record Refused(String path, Position position) implements YamlNode {
        @Override
        public String describe() {
            return "something refused";
        }
    }

    private static boolean leadsTo(YamlNode child, String path) {
        String prefix = child.path();
        if (!path.startsWith(prefix)) {
            return false;
        }
        return path.length() == prefix.length()
                || path.charAt(prefix.length()) == '.'
                || path.charAt(prefix.length()) == '[';
    }
}
