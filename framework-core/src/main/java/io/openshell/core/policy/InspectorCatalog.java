package io.openshell.core.policy;

import io.openshell.api.inspect.ProtocolInspectorFactory;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The protocols that are installed. Any thread. */
public interface InspectorCatalog {

    /** The factory that an endpoint's {@code protocol} names. */
    Optional<ProtocolInspectorFactory<?>> protocol(String name);

    /** The names of all, sorted. */
    List<String> protocolNames();

    /**
     * A catalog of exactly these.
     *
     * @throws IllegalArgumentException if two have the same name
     */
    static InspectorCatalog of(Collection<ProtocolInspectorFactory<?>> factories) {
        Map<String, ProtocolInspectorFactory<?>> byName = new TreeMap<>();
        for (ProtocolInspectorFactory<?> factory : factories) {
            if (byName.putIfAbsent(factory.name(), factory) != null) {
                throw new IllegalArgumentException("protocol: " + factory.name() + " (expected: one factory a name)");
            }
        }
        return new InspectorCatalog() {
            @Override
            public Optional<ProtocolInspectorFactory<?>> protocol(String name) {
                return Optional.ofNullable(byName.get(name));
            }

            @Override
            public List<String> protocolNames() {
                return List.copyOf(byName.keySet());
            }
        };
    }
}
