package io.openshell.core.network;

import io.openshell.core.match.HostPattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All rules of a policy, and the endpoints of a host by lookup: exact hosts in one table, patterns in another by
 * what follows their first label, and those without a host in a list. The cost does not grow with the number of
 * other hosts. Immutable.
 */
public final class NetworkIndex {

    private final List<NetworkRule> rules;
    private final Map<String, List<CompiledEndpoint>> exact = new HashMap<>();
    private final SuffixTable<List<CompiledEndpoint>> patterns;
    private final List<CompiledEndpoint> hostless = new ArrayList<>();

    private NetworkIndex(List<NetworkRule> rules) {
        this.rules = List.copyOf(rules);
        Map<String, List<CompiledEndpoint>> byRest = new HashMap<>();
        int order = 0;
        for (NetworkRule rule :
                rules.stream().sorted(Comparator.comparing(NetworkRule::key)).toList()) {
            CompiledRule compiled = CompiledRule.of(rule);
            for (Endpoint endpoint : rule.endpoints()) {
                place(endpoint, byRest).add(CompiledEndpoint.of(compiled, endpoint, order++));
            }
        }
        this.patterns = new SuffixTable<>(byRest);
    }

    private List<CompiledEndpoint> place(Endpoint endpoint, Map<String, List<CompiledEndpoint>> byRest) {
        if (endpoint.host().isEmpty()) {
            return hostless;
        }
        HostPattern host = endpoint.host().get();
        Map<String, List<CompiledEndpoint>> table = host.kind() == HostPattern.Kind.EXACT ? exact : byRest;
        return table.computeIfAbsent(host.rest(), key -> new ArrayList<>());
    }

    /** @throws IllegalArgumentException if two rules have one key */
    public static NetworkIndex of(List<NetworkRule> rules) {
        List<String> keys = rules.stream().map(NetworkRule::key).toList();
        if (keys.stream().distinct().count() != keys.size()) {
            throw new IllegalArgumentException("rules: " + keys + " (expected: each key once)");
        }
        return new NetworkIndex(rules);
    }

    /** The rules, in the order given. */
    public List<NetworkRule> rules() {
        return rules;
    }

    /**
     * Hands over each endpoint whose host and port match, in no particular order.
     *
     * @param host in canonical form
     */
    public void find(String host, int port, Consumer<CompiledEndpoint> found) {
        accept(exact.get(host), port, found);
        accept(hostless, port, found);
        if (HostPattern.address(host)) {
            return;
        }
        patterns.find(host, (endpoints, dot) -> {
            for (int i = 0; i < endpoints.size(); i++) {
                CompiledEndpoint candidate = endpoints.get(i);
                if (candidate.endpoint().ports().contains(port)
                        && candidate.endpoint().host().orElseThrow().matchesBefore(host, dot)) {
                    found.accept(candidate);
                }
            }
        });
    }

    private static void accept(@Nullable List<CompiledEndpoint> endpoints, int port, Consumer<CompiledEndpoint> found) {
        if (endpoints == null) {
            return;
        }
        for (int i = 0; i < endpoints.size(); i++) {
            if (endpoints.get(i).endpoint().ports().contains(port)) {
                found.accept(endpoints.get(i));
            }
        }
    }
}
