package io.openshell.plugin.graphql;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * An operation that a request asks for.
 *
 * @param name as the document calls it; empty for one without a name
 * @param rootFields the real names of what it asks for at the top, fragments expanded
 */
record Operation(OperationType type, String name, Set<String> rootFields) {

    private static final int NAMED_FIELDS = 3;
    private static final int NAME_LENGTH = 40;

    Operation {
        rootFields = Set.copyOf(rootFields);
    }

    /** For a reason: the type and some root fields, which are names of the server's schema. Never the rest. */
    String describe() {
        String fields = rootFields.stream()
                .sorted()
                .limit(NAMED_FIELDS)
                .map(field -> field.length() > NAME_LENGTH ? field.substring(0, NAME_LENGTH) + "..." : field)
                .collect(Collectors.joining(", "));
        int more = rootFields.size() - NAMED_FIELDS;
        return type.keyword() + " of " + (fields.isEmpty() ? "no known field" : fields)
                + (more > 0 ? " and " + more + " more" : "");
    }
}
