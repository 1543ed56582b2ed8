package io.openshell.core.config;

import io.openshell.api.config.ConfigNode;
import io.openshell.api.config.InvalidConfigException;
import io.openshell.api.config.TextMatcher;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Binds mappings to records, strictly, as {@link io.openshell.api.config} says. All problems of a mapping are
 * reported, not only the first. Used for one document by one thread.
 */
public final class RecordBinder {

    private static final String WHOLE_NUMBER = "a whole number";

    private final ConfigProblems problems;

    /** @param problems gets everything that is wrong */
    public RecordBinder(ConfigProblems problems) {
        this.problems = problems;
    }

    /**
     * Checks that a record, and all that it consists of, has only types that can be bound.
     *
     * @throws IllegalArgumentException naming the component that cannot
     */
    public static void requireBindable(Class<? extends Record> type) {
        RecordShape.requireBindable(type);
    }

    /** The keys that a record's mapping may have. */
    public static Set<String> keysOf(Class<? extends Record> type) {
        return Collections.unmodifiableSet(RecordShape.of(type).components().keySet());
    }

    /** Binds a mapping; every key must be the record's. Empty if anything is wrong, which is then reported. */
    public <R extends Record> Optional<R> bind(YamlNode node, Class<R> type) {
        int before = problems.count();
        reportUnknownKeys(node, type);
        Optional<R> bound = bindKnownKeys(node, type);
        return problems.count() == before ? bound : Optional.empty();
    }

    /** Binds the keys that are the record's and leaves all others to somebody else. */
    public <R extends Record> Optional<R> bindKnownKeys(YamlNode node, Class<R> type) {
        return mapping(node).flatMap(mapping -> record(mapping, type)).map(type::cast);
    }

    private void reportUnknownKeys(YamlNode node, Class<?> type) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            return;
        }
        Set<String> known = RecordShape.of(type).components().keySet();
        mapping.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                problems.add(entry.keyPosition(), entry.value().path(), "unknown key" + Suggestion.instead(key, known));
            }
        });
    }

    private Optional<YamlNode.Mapping> mapping(YamlNode node) {
        return expect(node, YamlNode.Mapping.class, "a mapping");
    }

    private <N extends YamlNode> Optional<N> expect(YamlNode node, Class<N> kind, String expected) {
        if (kind.isInstance(node)) {
            return Optional.of(kind.cast(node));
        }
        if (!(node instanceof YamlNode.Refused)) {
            problems.unexpected(node, expected);
        }
        return Optional.empty();
    }

    private Optional<Object> record(YamlNode.Mapping mapping, Class<?> type) {
        RecordShape shape = RecordShape.of(type);
        @Nullable Object[] arguments = new @Nullable Object[shape.components().size()];
        boolean complete = true;
        int i = 0;
        for (RecordShape.Component component : shape.components().values()) {
            YamlNode node = mapping.get(component.key());
            if (node != null) {
                Optional<Object> value = value(node, component.type());
                complete &= value.isPresent();
                arguments[i] = value.orElse(null);
            } else if (component.required()) {
                complete = false;
                problems.add(mapping, component.key() + ": missing (expected: " + describe(component.type()) + ")");
            }
            i++;
        }
        return complete ? construct(mapping, shape, arguments) : Optional.empty();
    }

    private Optional<Object> construct(YamlNode.Mapping mapping, RecordShape shape, @Nullable Object[] arguments) {
        try {
            return Optional.of(shape.constructor().newInstance(arguments));
        } catch (InvocationTargetException e) {
            refuse(mapping, e.getCause());
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot construct " + shape.constructor(), e);
        }
    }

    private void refuse(YamlNode.Mapping mapping, @Nullable Throwable cause) {
        if (cause instanceof InvalidConfigException invalid) {
            YamlNode at = mapping.get(RecordShape.key(invalid.component()));
            problems.add(at == null ? mapping : at, String.valueOf(invalid.getMessage()));
            return;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        problems.add(mapping, "refused by its configuration record: " + cause);
    }

    private Optional<Object> value(YamlNode node, Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class ? list(node, arguments[0]) : map(node, arguments[1]);
        }
        if (type == ConfigNode.class) {
            return mapping(node).map(mapping -> mapping);
        }
        if (type == TextMatcher.class) {
            return textMatcher(node);
        }
        if (type instanceof Class<?> c && c.isRecord()) {
            reportUnknownKeys(node, c);
            return mapping(node).flatMap(mapping -> record(mapping, c));
        }
        return scalar(node, type);
    }

    private Optional<Object> list(YamlNode node, Type itemType) {
        Optional<YamlNode.Sequence> sequence = expect(node, YamlNode.Sequence.class, "a list");
        if (sequence.isEmpty()) {
            return Optional.empty();
        }
        List<Object> items = new ArrayList<>();
        for (YamlNode item : sequence.get().items()) {
            value(item, itemType).ifPresent(items::add);
        }
        boolean complete = items.size() == sequence.get().items().size();
        return complete ? Optional.of(Collections.unmodifiableList(items)) : Optional.empty();
    }

    private Optional<Object> map(YamlNode node, Type valueType) {
        Optional<YamlNode.Mapping> mapping = mapping(node);
        if (mapping.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> values = new LinkedHashMap<>();
        mapping.get()
                .entries()
                .forEach((key, entry) -> value(entry.value(), valueType).ifPresent(value -> values.put(key, value)));
        boolean complete = values.size() == mapping.get().entries().size();
        return complete ? Optional.of(Collections.unmodifiableMap(values)) : Optional.empty();
    }

    private Optional<Object> textMatcher(YamlNode node) {
        if (!(node instanceof YamlNode.Mapping)) {
            return scalar(node, String.class).map(text -> new TextMatcher(List.of((String) text)));
        }
        reportUnknownKeys(node, TextMatcher.class);
        return mapping(node).flatMap(mapping -> record(mapping, TextMatcher.class));
    }

    private Optional<Object> scalar(YamlNode node, Type type) {
        Optional<YamlNode.Scalar> scalar = expect(node, YamlNode.Scalar.class, describe(type));
        if (scalar.isEmpty()) {
            return Optional.empty();
        }
        if (type instanceof Class<?> c && c.isEnum()) {
            return enumConstant(scalar.get(), c);
        }
        Optional<Object> value = converted(scalar.get(), type);
        if (value.isEmpty()) {
            problems.unexpected(node, describe(type) + hint(scalar.get(), type));
        }
        return value;
    }

    private static Optional<Object> converted(YamlNode.Scalar scalar, Type type) {
        if (type == String.class) {
            return scalar.asText().map(value -> value);
        }
        if (type == boolean.class || type == Boolean.class) {
            return scalar.asTruthValue().map(value -> value);
        }
        if (type == int.class || type == Integer.class) {
            return scalar.asInteger(Integer.MIN_VALUE, Integer.MAX_VALUE).map(Long::intValue);
        }
        if (type == long.class || type == Long.class) {
            return scalar.asInteger(Long.MIN_VALUE, Long.MAX_VALUE).map(value -> value);
        }
        throw new IllegalArgumentException("type: " + type + " (expected: one that can be bound)");
    }

    private Optional<Object> enumConstant(YamlNode.Scalar scalar, Class<?> type) {
        Map<String, Object> constants = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(spelling((Enum<?>) constant), constant);
        }
        Object constant = constants.get(scalar.text());
        if (constant == null) {
            problems.add(scalar, Suggestion.unknownValue(scalar.describe(), constants.keySet()));
        }
        return Optional.ofNullable(constant);
    }

    /** How an enum's constant is written in YAML. */
    static String spelling(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String hint(YamlNode.Scalar scalar, Type type) {
        if (type == String.class) {
            return scalar.isNull() ? "" : "; in quotes: \"" + Display.value(scalar.text()) + "\"";
        }
        boolean tooLarge = scalar.plain()
                && CoreSchema.isInteger(scalar.text())
                && describe(type).equals(WHOLE_NUMBER);
        return tooLarge ? " of at most " + (type == int.class || type == Integer.class ? 32 : 64) + " bits" : "";
    }

    private static String describe(Type type) {
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == int.class || type == Integer.class) {
            return WHOLE_NUMBER;
        }
        if (type == long.class || type == Long.class) {
            return WHOLE_NUMBER;
        }
        if (type == TextMatcher.class) {
            return "text, or any: with a list";
        }
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == List.class ? "a list" : "a mapping";
        }
        boolean mapping = type == ConfigNode.class || (type instanceof Class<?> c && c.isRecord());
        return mapping ? "a mapping" : "text";
    }
}
