package io.openshell.plugin.graphql;

import java.util.Locale;
import java.util.Optional;

/** What an operation is for (GraphQL specification, October 2021, section 2.3). */
enum OperationType {
    QUERY,
    MUTATION,
    SUBSCRIPTION;

    private final String keyword = name().toLowerCase(Locale.ROOT);

    /** As documents write it. */
    String keyword() {
        return keyword;
    }

    /** Reads a policy's spelling, in any case. */
    static Optional<OperationType> of(String text) {
        for (OperationType type : values()) {
            if (type.keyword.equalsIgnoreCase(text)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
