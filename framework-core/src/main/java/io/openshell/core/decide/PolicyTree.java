package io.openshell.core.decide;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** A policy's YAML as maps and lists that an edit can be tried on. Confined to one thread. */
final class PolicyTree {

    private static final String RULES = "network_policies";

    private final Map<Object, @Nullable Object> root;

    private PolicyTree(Map<Object, @Nullable Object> root) {
        this.root = root;
    }

    /** The tree of a text that the loader has accepted. */
    static PolicyTree parse(String yaml) {
        Object loaded = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return new PolicyTree(asMap(loaded));
    }

    PolicyTree copy() {
        return new PolicyTree(asMap(copyOf(root)));
    }

    private static @Nullable Object copyOf(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, item) -> copy.put(key, copyOf(item)));
            return copy;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            list.forEach(item -> copy.add(copyOf(item)));
            return copy;
        }
        return value;
    }

    @SuppressWarnings("unchecked")
    private static Map<Object, @Nullable Object> asMap(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<Object, @Nullable Object>) map : new LinkedHashMap<>();
    }

    @SuppressWarnings("unchecked")
    private static List<@Nullable Object> list(Map<Object, @Nullable Object> map, String key) {
        if (!(map.get(key) instanceof List<?>)) {
            map.put(key, new ArrayList<>());
        }
        return (List<@Nullable Object>) Objects.requireNonNull(map.get(key));
    }

    String yaml() {
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setIndent(2)
                .setIndicatorIndent(2)
                .setIndentWithIndicator(true)
                .setWidth(4096)
                .build();
        return new Dump(settings).dumpToString(root);
    }

    private Map<Object, @Nullable Object> rules() {
        if (!(root.get(RULES) instanceof Map<?, ?>)) {
            root.put(RULES, new LinkedHashMap<>());
        }
        return asMap(root.get(RULES));
    }

    private Map<Object, @Nullable Object> rule(String key) {
        return asMap(rules().get(key));
    }

    private Map<Object, @Nullable Object> endpoint(String key, int index) {
        return asMap(list(rule(key), "endpoints").get(index));
    }

    boolean hasRule(String key) {
        return rules().containsKey(key);
    }

    void addRule(String key, Map<String, Object> rule) {
        rules().put(key, rule);
    }

    void addBinary(String key, String path) {
        list(rule(key), "binaries").add(new LinkedHashMap<>(Map.of("path", path)));
    }

    void addEndpoint(String key, Map<String, Object> endpoint) {
        list(rule(key), "endpoints").add(endpoint);
    }

    void addPort(String key, int index, int port) {
        Map<Object, @Nullable Object> endpoint = endpoint(key, index);
        Object single = endpoint.remove("port");
        List<@Nullable Object> ports = list(endpoint, "ports");
        if (single != null) {
            ports.add(single);
        }
        ports.add(port);
    }

    void addAddresses(String key, int index, List<String> ranges) {
        list(endpoint(key, index), "allowed_ips").addAll(ranges);
    }

    void allowEncodedSlash(String key, int index) {
        endpoint(key, index).put("allow_encoded_slash", true);
    }

    /** Adds an allow rule; a preset is written out, since an endpoint has either. */
    void addAllowRule(String key, int index, Map<String, Object> allow, Map<String, List<String>> presets) {
        Map<Object, @Nullable Object> endpoint = endpoint(key, index);
        Object access = endpoint.remove("access");
        List<@Nullable Object> rules = list(endpoint, "rules");
        for (String method : presets.getOrDefault(String.valueOf(access), List.of())) {
            rules.add(new LinkedHashMap<>(Map.of("allow", allow(method, "**"))));
        }
        rules.add(new LinkedHashMap<>(Map.of("allow", allow)));
    }

    static Map<String, Object> allow(String method, String path) {
        Map<String, Object> allow = new LinkedHashMap<>();
        allow.put("method", method);
        allow.put("path", path);
        return allow;
    }

    void removeDenyRule(String key, int index, int denyRule) {
        Map<Object, @Nullable Object> endpoint = endpoint(key, index);
        List<@Nullable Object> rules = list(endpoint, "deny_rules");
        rules.remove(denyRule);
        if (rules.isEmpty()) {
            endpoint.remove("deny_rules");
        }
    }
}
