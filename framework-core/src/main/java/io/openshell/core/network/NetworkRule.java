package io.openshell.core.network;

import io.openshell.core.config.ConfigPath;
import java.util.List;

/**
 * One entry of {@code network_policies}. Immutable.
 *
 * @param key its key in the map, which also is its identity in events
 * @param name what people call it; the key if the policy gives no name
 * @param endpoints where it allows connections to
 * @param binaries which executables it allows them for; none means that it allows nothing
 */
public record NetworkRule(String key, String name, List<Endpoint> endpoints, List<BinaryPattern> binaries) {

    public NetworkRule {
        endpoints = List.copyOf(endpoints);
        binaries = List.copyOf(binaries);
    }

    /** The rule's stable id, as in {@code network_policies.github}. */
    public String id() {
        return ConfigPath.key("network_policies", key);
    }
}
