package io.openshell.core.policy;

import io.openshell.core.config.RecordBinder;
import io.openshell.core.config.YamlNode;
import io.openshell.core.network.NetworkIndex;
import java.util.List;
import java.util.Optional;

/** Reads a whole policy from its tree. Used once. */
final class PolicyReader {

    /** The one version of the schema. */
    static final int VERSION = 1;

    private final InspectorCatalog catalog;
    private final Findings findings;

    PolicyReader(InspectorCatalog catalog, Findings findings) {
        this.catalog = catalog;
        this.findings = findings;
    }

    /** The policy; empty if anything is wrong, which is then reported. */
    Optional<Policy> read(YamlNode root) {
        new RecordBinder(findings.problems()).bind(root, PolicyKeys.Document.class);
        if (!(root instanceof YamlNode.Mapping document)) {
            return Optional.empty();
        }
        Fields fields = new Fields(document);
        requireVersion(fields);
        FilesystemPolicy filesystem = fields.section("filesystem_policy")
                .map(new FilesystemReader(findings)::read)
                .orElse(FilesystemPolicy.NONE);
        LandlockMode landlock = fields.section("landlock")
                .map(new LandlockReader(findings)::read)
                .orElse(LandlockMode.BEST_EFFORT);
        ProcessIdentity process =
                fields.section("process").map(new ProcessReader(findings)::read).orElse(ProcessIdentity.DEFAULT);
        List<NetworkReader.Read> rules = fields.section("network_policies")
                .map(new NetworkReader(catalog, findings)::read)
                .orElse(List.of());
        if (findings.problems().count() > 0) {
            return Optional.empty();
        }
        NetworkIndex network =
                NetworkIndex.of(rules.stream().map(NetworkReader.Read::rule).toList());
        String canonical = CanonicalPolicy.print(filesystem, landlock, process, rules);
        return Optional.of(Policy.of(filesystem, landlock, process, network, canonical));
    }

    private void requireVersion(Fields fields) {
        fields.scalar("version")
                .filter(it -> it.asInteger(Integer.MIN_VALUE, Integer.MAX_VALUE).isPresent())
                .filter(it -> it.asInteger(VERSION, VERSION).isEmpty())
                .ifPresent(it -> findings.problems().unexpected(it, "version " + VERSION));
    }
}
