package io.openshell.core.policy;

import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.core.config.ConfigProblems;
import io.openshell.core.config.Suggestion;
import io.openshell.core.config.YamlNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds keys of an endpoint that are neither the core's nor its protocol's, and says what was probably meant. */
final class EndpointKeyCheck {

    /** Keys that give a false sense of safety where nothing is inspected. */
    private static final Map<String, String> RULES = Map.of(
            "rules", "rules require protocol",
            "access", "access requires protocol",
            "deny_rules", "deny_rules require protocol",
            "path", "path requires protocol");

    private final InspectorCatalog catalog;
    private final ConfigProblems problems;

    EndpointKeyCheck(InspectorCatalog catalog, ConfigProblems problems) {
        this.catalog = catalog;
        this.problems = problems;
    }

    /**
     * Checks an endpoint's keys.
     *
     * @param protocol what the endpoint names
     * @param factory that protocol; without one, the protocol's problem is reported elsewhere and its keys unknown
     * @param signing the rewriter that signs, if the endpoint names one that is installed
     */
    void check(
            Fields fields,
            Optional<String> protocol,
            Optional<ProtocolInspectorFactory<?>> factory,
            Optional<CredentialRewriterFactory<?>> signing) {
        boolean unreadable = (factory.isEmpty() && (protocol.isPresent() || hasNode(fields, "protocol")))
                || (signing.isEmpty() && hasNode(fields, SigningCompiler.KEY));
        Set<String> known = new TreeSet<>(PolicyKeys.ENDPOINT);
        factory.ifPresent(it -> known.addAll(ProtocolCompiler.keysOf(it)));
        signing.ifPresent(it -> known.addAll(SigningCompiler.keysOf(it)));
        fields.mapping().entries().forEach((key, entry) -> {
            String misleading = protocol.isPresent() || unreadable ? null : RULES.get(key);
            if (misleading != null && !isEmpty(entry.value())) {
                problems.add(entry.keyPosition(), entry.value().path(), requiresProtocol(misleading));
            } else if (!known.contains(key) && !(unreadable && isSomebodys(key))) {
                problems.add(entry.keyPosition(), entry.value().path(), message(key, protocol, known));
            }
        });
    }

    /** An empty protocol is the same as none. */
    private static boolean hasNode(Fields fields, String key) {
        return fields.node(key).filter(node -> !isEmpty(node)).isPresent();
    }

    private static boolean isEmpty(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar
                && !scalar.plain()
                && scalar.text().isEmpty();
    }

    /** Whether a key may belong to a protocol that could not be found: everything that is no slip of a core key. */
    private static boolean isSomebodys(String key) {
        return Suggestion.nearest(key, PolicyKeys.ENDPOINT).isEmpty();
    }

    private String requiresProtocol(String rule) {
        return rule + " (L7 inspection must be enabled) (expected: " + Suggestion.choice(catalog.protocolNames()) + ")";
    }

    private String message(String key, Optional<String> protocol, Set<String> known) {
        List<String> owners =
                catalog.protocolNames().stream().filter(name -> has(name, key)).toList();
        String kind = protocol.map(name -> "of protocol " + name).orElse("of an endpoint without protocol");
        List<String> signers = catalog.credentialRewriterNames().stream()
                .filter(name -> signs(name, key))
                .toList();
        if (owners.isEmpty() && !signers.isEmpty()) {
            return "unknown key " + kind + " (it belongs to " + SigningCompiler.KEY + ": " + String.join(", ", signers)
                    + ")";
        }
        if (!owners.isEmpty()) {
            return "unknown key " + kind + " (it belongs to protocol " + String.join(", ", owners) + ")";
        }
        return "unknown key " + kind + Suggestion.instead(key, known);
    }

    private boolean signs(String rewriter, String key) {
        return catalog.credentialRewriter(rewriter)
                .map(factory -> SigningCompiler.keysOf(factory).contains(key))
                .orElse(false);
    }

    private boolean has(String protocol, String key) {
        return catalog.protocol(protocol)
                .map(factory -> ProtocolCompiler.keysOf(factory).contains(key))
                .orElse(false);
    }
}
