package io.openshell.plugin.graphql;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One rule, ready to be asked.
 *
 * @param id its place below the endpoint, as in {@code rules[2]}
 * @param type empty for any
 * @param names one of which must match the operation's name; none means any name
 * @param fields globs over root fields; none means any
 */
record OperationRule(
        String id, Optional<OperationType> type, List<Predicate<String>> names, List<Predicate<String>> fields) {

    OperationRule {
        names = List.copyOf(names);
        fields = List.copyOf(fields);
    }

    /** Whether it is this type and name, and every root field is one of the rule's. */
    boolean allows(Operation operation) {
        if (!isAbout(operation)) {
            return false;
        }
        if (fields.isEmpty()) {
            return true;
        }
        for (String field : operation.rootFields()) {
            if (!matches(fields, field)) {
                return false;
            }
        }
        return !operation.rootFields().isEmpty();
    }

    /** Whether it is this type and name, and one root field is the rule's. */
    boolean denies(Operation operation) {
        if (!isAbout(operation)) {
            return false;
        }
        if (fields.isEmpty()) {
            return true;
        }
        for (String field : operation.rootFields()) {
            if (matches(fields, field)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAbout(Operation operation) {
        return (type.isEmpty() || type.get() == operation.type())
                && (names.isEmpty() || matches(names, operation.name()));
    }

    private static boolean matches(List<Predicate<String>> globs, String text) {
        for (int i = 0; i < globs.size(); i++) {
            if (globs.get(i).test(text)) {
                return true;
            }
        }
        return false;
    }
}
