package io.openshell.plugin.graphql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A document that was read.
 *
 * @param operations what it defines, at least one; no two have the same name
 */
record ParsedDocument(List<Operation> operations) {

    ParsedDocument {
        operations = List.copyOf(operations);
    }

    /**
     * The operation that a request means (GraphQL specification, section 6.1, GetOperation).
     *
     * @param name {@code null} or empty for the only one
     */
    Operation select(@Nullable String name) throws UnreadableException {
        if (name == null || name.isEmpty()) {
            if (operations.size() > 1) {
                throw new UnreadableException("several operations and no operationName");
            }
            return operations.getFirst();
        }
        for (Operation operation : operations) {
            if (operation.name().equals(name)) {
                return operation;
            }
        }
        throw new UnreadableException("operationName is not one of the document's operations");
    }
}
