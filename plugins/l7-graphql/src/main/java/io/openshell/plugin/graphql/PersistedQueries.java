package io.openshell.plugin.graphql;

import java.util.Map;
import java.util.Optional;

/**
 * The documents that may be named instead of sent.
 *
 * @param registered what each does, by hash or id; empty where none may be named
 */
record PersistedQueries(Map<String, Operation> registered) {

    static final PersistedQueries NONE = new PersistedQueries(Map.of());

    PersistedQueries {
        registered = Map.copyOf(registered);
    }

    Optional<Operation> find(String name) {
        return Optional.ofNullable(registered.get(name));
    }
}
