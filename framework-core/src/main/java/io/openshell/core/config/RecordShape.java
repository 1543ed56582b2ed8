package io.openshell.core.config;

import io.openshell.api.config.ConfigNode;
import io.openshell.api.config.TextMatcher;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a record's class says about the mapping that it is bound to. Found once per class. */
final class RecordShape {

    private static final ClassValue<RecordShape> SHAPES = new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
            return new RecordShape(type);
        }
    };

    /** By name, because a plugin may bring a copy of the annotation of its own. */
    private static final String NULLABLE = "org.jspecify.annotations.Nullable";

    /**
     * A record component.
     *
     * @param key the key that it is bound to
     */
    record Component(String key, String javaName, Type type, boolean required, Method accessor) {}

    private final Map<String, Component> components = new LinkedHashMap<>();
    private final Constructor<?> constructor;

    private RecordShape(Class<?> type) {
        RecordComponent[] declared = type.getRecordComponents();
        if (declared == null) {
            throw new IllegalArgumentException(type.getName() + " (expected: a record)");
        }
        List<Class<?>> parameters = new ArrayList<>();
        for (RecordComponent component : declared) {
            String key = key(component.getName());
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            components.put(
                    key,
                    new Component(
                            key,
                            component.getName(),
                            component.getGenericType(),
                            !isNullable(component.getAnnotatedType().getAnnotations()),
                            accessor));
            parameters.add(component.getType());
        }
        constructor = constructor(type, parameters);
    }

    /**
     * The shape of a record's class.
     *
     * @throws IllegalArgumentException if it is no record
     */
    static RecordShape of(Class<?> type) {
        return SHAPES.get(type);
    }

    /** The components by key, in the record's order. */
    Map<String, Component> components() {
        return components;
    }

    Constructor<?> constructor() {
        return constructor;
    }

    /** The key that a record component's or enum constant's Java name stands for: {@code maxBytes} is {@code max_bytes}. */
    static String key(String javaName) {
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < javaName.length(); i++) {
            char c = javaName.charAt(i);
            if (Character.isUpperCase(c)) {
                key.append('_').append(Character.toLowerCase(c));
            } else {
                key.append(c);
            }
        }
        return key.toString();
    }

    /** Checks the class and all that it consists of; what cannot be bound is thrown. */
    static void requireBindable(Class<?> type) {
        requireBindable(type, type.getName(), new HashSet<>());
    }

    private static void requireBindable(Type type, String where, Set<Type> seen) {
        if (!seen.add(type) || isLeaf(type)) {
            return;
        }
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                requireBindable(arguments[0], where, seen);
                return;
            }
            if (generic.getRawType() == Map.class && arguments[0] == String.class) {
                requireBindable(arguments[1], where, seen);
                return;
            }
        }
        if (type instanceof Class<?> c && c.isRecord()) {
            for (Component component : of(c).components.values()) {
                requireBindable(component.type, c.getName() + "." + component.javaName, seen);
            }
            return;
        }
        throw new IllegalArgumentException(where + ": " + type.getTypeName()
                + " (expected: String, boolean, int, long, an enum, a record, List, Map<String, ...>, TextMatcher or"
                + " ConfigNode)");
    }

    private static boolean isLeaf(Type type) {
        return type == String.class
                || type == boolean.class
                || type == Boolean.class
                || type == int.class
                || type == Integer.class
                || type == long.class
                || type == Long.class
                || type == TextMatcher.class
                || type == ConfigNode.class
                || (type instanceof Class<?> c && c.isEnum());
    }

    private static boolean isNullable(Annotation[] annotations) {
        for (Annotation annotation : annotations) {
            if (annotation.annotationType().getName().equals(NULLABLE)) {
                return true;
            }
        }
        return false;
    }

    private static Constructor<?> constructor(Class<?> type, List<Class<?>> parameters) {
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(parameters.toArray(Class<?>[]::new));
            canonical.setAccessible(true);
            return canonical;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(type.getName() + " has no canonical constructor", e);
        }
    }
}
