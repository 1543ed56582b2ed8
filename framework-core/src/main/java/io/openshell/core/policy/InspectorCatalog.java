package io.openshell.core.policy;

import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.api.plugin.PluginFactory;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The protocols that are installed, and the rewriters. Any thread. */
public interface InspectorCatalog {

    /** The factory that an endpoint's {@code protocol} names. */
    Optional<ProtocolInspectorFactory<?>> protocol(String name);

    /** The names of all, sorted. */
    List<String> protocolNames();

    /** The factory that an endpoint's {@code credential_signing} names. */
    Optional<CredentialRewriterFactory<?>> credentialRewriter(String name);

    /** The names of all rewriters, sorted. */
    List<String> credentialRewriterNames();

    /**
     * A catalog of exactly these protocols, without rewriters.
     *
     * @throws IllegalArgumentException if two have the same name
     */
    static InspectorCatalog of(Collection<ProtocolInspectorFactory<?>> factories) {
        return of(factories, List.of());
    }

    /**
     * A catalog of exactly these.
     *
     * @throws IllegalArgumentException if two of a kind have the same name
     */
    static InspectorCatalog of(
            Collection<ProtocolInspectorFactory<?>> factories, Collection<CredentialRewriterFactory<?>> rewriters) {
        Map<String, ProtocolInspectorFactory<?>> byName = byName("protocol", factories);
        Map<String, CredentialRewriterFactory<?>> rewritersByName = byName("rewriter", rewriters);
        return new InspectorCatalog() {
            @Override
            public Optional<ProtocolInspectorFactory<?>> protocol(String name) {
                return Optional.ofNullable(byName.get(name));
            }

            @Override
            public List<String> protocolNames() {
                return List.copyOf(byName.keySet());
            }

            @Override
            public Optional<CredentialRewriterFactory<?>> credentialRewriter(String name) {
                return Optional.ofNullable(rewritersByName.get(name));
            }

            @Override
            public List<String> credentialRewriterNames() {
                return List.copyOf(rewritersByName.keySet());
            }
        };
    }

    private static <F extends PluginFactory<?>> Map<String, F> byName(String kind, Collection<F> factories) {
        Map<String, F> byName = new TreeMap<>();
        for (F factory : factories) {
            if (byName.putIfAbsent(factory.name(), factory) != null) {
                throw new IllegalArgumentException(kind + ": " + factory.name() + " (expected: one factory a name)");
            }
        }
        return byName;
    }
}
