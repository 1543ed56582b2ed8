package io.openshell.core.policy;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.Problem;
import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.core.config.RecordBinder;
import io.openshell.core.config.RecordPrinter;
import io.openshell.core.config.Suggestion;
import io.openshell.core.config.YamlNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Has the rewriter that an endpoint names in {@code credential_signing} compile the keys that are the rewriter's. A
 * plugin is not trusted to keep to its contract: what it throws or forgets to return is a problem of the policy.
 */
final class SigningCompiler {

    static final String KEY = "credential_signing";

    private final InspectorCatalog catalog;
    private final Findings findings;
    private final Set<Pair> usable = new HashSet<>();

    SigningCompiler(InspectorCatalog catalog, Findings findings) {
        this.catalog = catalog;
        this.findings = findings;
    }

    /** A rewriter and the protocol beside it, whose keys must not be the same; by name, empty for no protocol. */
    private record Pair(String rewriter, String protocol) {}

    /**
     * An endpoint's rewriter, ready.
     *
     * @param options its keys as they were bound, with {@code credential_signing}, for the canonical form
     */
    record Compiled(CredentialRewriter rewriter, Map<String, Object> options) {}

    /** The keys that endpoints of a rewriter have besides all others. */
    static Set<String> keysOf(CredentialRewriterFactory<?> factory) {
        return RecordBinder.keysOf(factory.configType());
    }

    /** The rewriter that an endpoint names, {@code NAME} or {@code NAME:MODE}; an unknown one is a problem. */
    Optional<CredentialRewriterFactory<?>> factory(Fields fields) {
        Optional<YamlNode.Scalar> value = fields.text(KEY);
        Optional<CredentialRewriterFactory<?>> factory =
                value.flatMap(it -> catalog.credentialRewriter(name(it.text())));
        if (value.isPresent() && factory.isEmpty()) {
            List<String> known = catalog.credentialRewriterNames();
            findings.problems()
                    .add(
                            value.get(),
                            known.isEmpty()
                                    ? value.get().describe() + " (expected: a rewriter of a plugin; none is installed)"
                                    : Suggestion.unknownValue(value.get().describe(), known));
        }
        return factory;
    }

    private static String name(String text) {
        int colon = text.indexOf(':');
        return colon < 0 ? text : text.substring(0, colon);
    }

    /** Compiles an endpoint's signing; empty if anything is wrong, which is then reported. */
    Optional<Compiled> compile(
            YamlNode.Mapping endpoint,
            CredentialRewriterFactory<?> factory,
            Optional<ProtocolInspectorFactory<?>> protocol) {
        if (!endpoint.isWhole()) {
            return Optional.empty(); // what is missing has been told
        }
        try {
            Pair pair = new Pair(
                    factory.name(), protocol.map(ProtocolInspectorFactory::name).orElse(""));
            if (!usable.contains(pair)) {
                requireUsable(factory, protocol.map(ProtocolCompiler::keysOf).orElse(Set.of()));
                usable.add(pair);
            }
            return compileBound(endpoint, factory);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            findings.problems().add(endpoint, KEY + " " + factory.name() + " failed on this endpoint: " + e);
            return Optional.empty();
        }
    }

    private static void requireUsable(CredentialRewriterFactory<?> factory, Set<String> protocolKeys) {
        RecordBinder.requireBindable(factory.configType());
        Set<String> taken = new TreeSet<>(PolicyKeys.ENDPOINT);
        taken.remove(KEY);
        taken.addAll(protocolKeys);
        taken.retainAll(keysOf(factory));
        if (!taken.isEmpty()) {
            throw new IllegalArgumentException(
                    "its configuration has keys of others: " + taken + " (expected: keys of its own)");
        }
    }

    private <C extends Record> Optional<Compiled> compileBound(
            YamlNode.Mapping endpoint, CredentialRewriterFactory<C> factory) {
        YamlNode signing = endpoint.get(KEY);
        String text = signing instanceof YamlNode.Scalar scalar ? scalar.text() : "";
        if (signing != null && text.indexOf(':') >= 0 && !keysOf(factory).contains(KEY)) {
            findings.problems().unexpected(signing, factory.name() + ", which has no modes");
            return Optional.empty();
        }
        Optional<C> options = new RecordBinder(findings.problems()).bindKnownKeys(endpoint, factory.configType());
        if (options.isEmpty()) {
            return Optional.empty();
        }
        return switch (factory.create(options.get())) {
            case null -> throw new IllegalStateException("null (expected: a rewriter or problems)");
            case Compilation.Compiled<CredentialRewriter>(CredentialRewriter rewriter, List<Problem> warnings) -> {
                if (rewriter == null) {
                    throw new IllegalStateException("null (expected: a rewriter)");
                }
                findings.warn(endpoint, warnings);
                yield Optional.of(new Compiled(rewriter, canonical(text, options.get())));
            }
            case Compilation.Rejected<CredentialRewriter>(List<Problem> problems) -> {
                findings.reject(endpoint, problems);
                yield Optional.empty();
            }
        };
    }

    private Map<String, Object> canonical(String signing, Record options) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put(KEY, signing);
        if (findings.problems().count() == 0) {
            keys.putAll(RecordPrinter.mapping(options));
        }
        return keys;
    }
}
