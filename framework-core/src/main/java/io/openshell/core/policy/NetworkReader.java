package io.openshell.core.policy;

import io.openshell.core.config.RecordBinder;
import io.openshell.core.config.YamlNode;
import io.openshell.core.network.BinaryPattern;
import io.openshell.core.network.NetworkRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code network_policies}. */
final class NetworkReader {

    /** Keys that only provider profiles may use. */
    private static final String RESERVED = "_provider_";

    private static final Set<String> ANY_BINARY = Set.of("**", "/**", "**/*", "/**/*");

    private final Findings findings;
    private final EndpointReader endpoints;

    NetworkReader(InspectorCatalog catalog, Findings findings) {
        this.findings = findings;
        this.endpoints = new EndpointReader(catalog, findings);
    }

    /**
     * A rule with what its endpoints came from.
     *
     * @param endpoints in the order of the rule's
     */
    record Read(NetworkRule rule, List<EndpointReader.Read> endpoints) {}

    List<Read> read(YamlNode.Mapping section) {
        List<Read> rules = new ArrayList<>();
        section.entries().forEach((key, entry) -> {
            if (key.startsWith(RESERVED)) {
                findings.problems()
                        .add(
                                entry.keyPosition(),
                                entry.value().path(),
                                key + " (expected: a key that does not begin with " + RESERVED
                                        + ", which is reserved)");
            }
            if (entry.value() instanceof YamlNode.Mapping rule) {
                rules.add(rule(key, rule));
            }
        });
        OverlapCheck.warn(rules, findings.warnings());
        return rules;
    }

    private Read rule(String key, YamlNode.Mapping node) {
        new RecordBinder(findings.problems()).bind(node, PolicyKeys.Rule.class);
        Fields fields = new Fields(node);
        requireItems(fields, "endpoints", "at least one endpoint");
        requireItems(fields, "binaries", "at least one binary; without one the rule allows nothing");
        List<EndpointReader.Read> read = fields.mappings("endpoints").stream()
                .map(endpoints::read)
                .flatMap(Optional::stream)
                .toList();
        List<BinaryPattern> binaries = fields.mappings("binaries").stream()
                .map(this::binary)
                .flatMap(Optional::stream)
                .toList();
        String name = fields.text("name").map(YamlNode.Scalar::text).orElse(key);
        if (name.indexOf('\n') >= 0 || key.indexOf('\n') >= 0) {
            findings.problems().add(node, "name: several lines (expected: one line)");
        }
        return new Read(
                new NetworkRule(
                        key,
                        name,
                        read.stream().map(EndpointReader.Read::endpoint).toList(),
                        binaries),
                read);
    }

    private void requireItems(Fields fields, String key, String expected) {
        fields.node(key)
                .filter(node ->
                        node instanceof YamlNode.Sequence list && list.items().isEmpty())
                .ifPresent(node -> findings.problems().unexpected(node, expected));
    }

    private Optional<BinaryPattern> binary(YamlNode.Mapping node) {
        new RecordBinder(findings.problems()).bind(node, PolicyKeys.Binary.class);
        Fields fields = new Fields(node);
        fields.node("harness")
                .ifPresent(it -> findings.warnings().add(it, "without effect, and kept for old policies only"));
        return fields.scalar("path").filter(path -> path.asText().isPresent()).flatMap(this::pattern);
    }

    private Optional<BinaryPattern> pattern(YamlNode.Scalar path) {
        String text = path.text();
        if (ANY_BINARY.contains(text)) {
            findings.warnings().add(path, text + ": every binary may use these endpoints");
        }
        boolean pure = text.indexOf('\n') < 0
                && FilesystemReader.normalised(text).equals(text)
                && !List.of(text.split("/", -1)).contains("..");
        if (text.startsWith("/") && !pure) {
            findings.problems()
                    .unexpected(path, "a path as the kernel shows it: without '//', '.', '..' and a last '/'");
            return Optional.empty();
        }
        try {
            return Optional.of(BinaryPattern.compile(text));
        } catch (IllegalArgumentException e) {
            findings.problems().add(path, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
