package io.openshell.core.decide;

import io.openshell.api.inspect.Request;
import io.openshell.core.address.AllowedAddresses;
import io.openshell.core.match.PathGlob;
import io.openshell.core.network.CompiledEndpoint;
import io.openshell.core.network.CompiledRule;
import io.openshell.core.network.Endpoint;
import io.openshell.core.network.NetworkRule;
import io.openshell.core.policy.Policy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Proposes edits of a policy that might allow what it denies. Whether one does is for the decision to say. */
final class EditCandidates {

    private static final int MAX = 8;

    /** What REST's presets are as rules; HEAD comes with GET. */
    private static final Map<String, List<String>> REST_PRESETS = Map.of(
            "read-only", List.of("GET", "OPTIONS"), "read-write", List.of("GET", "OPTIONS", "POST", "PUT", "PATCH"));

    private final Policy policy;
    private final Question question;
    private final ConnectionFacts facts;
    private final boolean inspected;
    private final List<Consumer<PolicyTree>> edits = new ArrayList<>();

    /** @param inspected whether a new endpoint is to have protocol rest and the one request */
    EditCandidates(Policy policy, Question question, boolean inspected) {
        this.policy = policy;
        this.question = question;
        this.facts = question.facts();
        this.inspected = inspected;
    }

    /** Edits that each do something about the first thing that stands in the way. */
    List<Consumer<PolicyTree>> list() {
        switch (Decisions.connection(policy, facts)) {
            case ConnectionDecision.Denied denied -> forConnection();
            case ConnectionDecision.Allowed allowed -> forAllowedConnection(allowed.endpoints());
        }
        return edits.size() > MAX ? List.copyOf(edits.subList(0, MAX)) : List.copyOf(edits);
    }

    private void forConnection() {
        if (facts.binary().isEmpty()) {
            return;
        }
        addRule();
        for (NetworkRule rule : policy.network().rules()) {
            for (int i = 0; i < rule.endpoints().size(); i++) {
                nearMiss(rule, i);
            }
        }
    }

    private void nearMiss(NetworkRule rule, int index) {
        Endpoint endpoint = rule.endpoints().get(index);
        if (endpoint.host().isEmpty() || !endpoint.host().get().matches(facts.host())) {
            return;
        }
        boolean port = endpoint.ports().contains(facts.port());
        boolean binary = CompiledRule.of(rule).admits(facts.binary(), facts.ancestors());
        if (port && !binary) {
            edits.add(tree -> tree.addBinary(rule.key(), facts.binary()));
        } else if (binary && !port) {
            edits.add(tree -> tree.addPort(rule.key(), index, facts.port()));
        }
    }

    private void addRule() {
        String base =
                "allow_" + facts.host().replaceAll("[.-]", "_").replaceAll("[^A-Za-z0-9_]", "") + "_" + facts.port();
        edits.add(tree -> {
            String key = base;
            for (int i = 2; tree.hasRule(key); i++) {
                key = base + "_" + i;
            }
            Map<String, Object> rule = new LinkedHashMap<>();
            rule.put("endpoints", new ArrayList<>(List.of(newEndpoint())));
            rule.put("binaries", new ArrayList<>(List.of(new LinkedHashMap<>(Map.of("path", facts.binary())))));
            tree.addRule(key, rule);
        });
        policy.network().rules().stream()
                .filter(rule -> rule.binaries().size() == 1
                        && rule.binaries().getFirst().exact()
                        && rule.binaries().getFirst().matches(facts.binary()))
                .findFirst()
                .ifPresent(rule -> edits.add(tree -> tree.addEndpoint(rule.key(), newEndpoint())));
    }

    /** An endpoint with just the request, or an uninspected one. */
    private Map<String, Object> newEndpoint() {
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("host", facts.host());
        plain.put("port", facts.port());
        return inspected && question.request().isPresent()
                ? withRule(plain, question.request().get())
                : plain;
    }

    private static Map<String, Object> withRule(Map<String, Object> plain, Request request) {
        Map<String, Object> endpoint = new LinkedHashMap<>(plain);
        endpoint.put("protocol", "rest");
        endpoint.put("enforcement", "enforce");
        endpoint.put("rules", new ArrayList<>(List.of(new LinkedHashMap<>(Map.of("allow", allow(request))))));
        return endpoint;
    }

    private static Map<String, Object> allow(Request request) {
        return PolicyTree.allow(request.method(), PathGlob.quote(request.path()));
    }

    private void forAllowedConnection(EndpointSet endpoints) {
        for (CompiledEndpoint endpoint : endpoints.endpoints()) {
            if (!question.addresses().isEmpty()) {
                List<String> ranges = AllowedAddresses.entriesFor(question.addresses());
                edits.add(tree -> tree.addAddresses(endpoint.policyName(), index(endpoint), ranges));
            }
        }
        if (question.request().isPresent()) {
            forRequest(endpoints, question.request().get());
        }
    }

    private void forRequest(EndpointSet endpoints, Request request) {
        removeDenyRule(Decisions.request(endpoints, request).ruleId());
        Optional<CompiledEndpoint> narrowest = Decisions.endpointFor(endpoints, request.path());
        for (CompiledEndpoint candidate : endpoints.inspecting()) {
            boolean rest = EndpointSet.protocol(candidate).equals("rest");
            if (rest && candidate.endpoint().path().matches(request.path())) {
                edits.add(tree ->
                        tree.addAllowRule(candidate.policyName(), index(candidate), allow(request), REST_PRESETS));
                edits.add(tree -> tree.allowEncodedSlash(candidate.policyName(), index(candidate)));
            } else if (rest && narrowest.isEmpty()) {
                edits.add(tree -> tree.addEndpoint(candidate.policyName(), sibling(candidate, request)));
            }
        }
    }

    private Map<String, Object> sibling(CompiledEndpoint candidate, Request request) {
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("host", candidate.endpoint().host().map(Object::toString).orElse(facts.host()));
        plain.put("port", facts.port());
        plain.put("path", PathGlob.quote(request.path()));
        return withRule(plain, request);
    }

    /** The rule's place, as in {@code network_policies.k.endpoints[1].deny_rules[0]}, says all that is needed. */
    private void removeDenyRule(String ruleId) {
        int at = ruleId.lastIndexOf(".deny_rules[");
        if (at < 0 || !ruleId.endsWith("]")) {
            return;
        }
        int denyRule = Integer.parseInt(ruleId.substring(at + ".deny_rules[".length(), ruleId.length() - 1));
        String endpoint = ruleId.substring(0, at);
        for (NetworkRule rule : policy.network().rules()) {
            for (int i = 0; i < rule.endpoints().size(); i++) {
                int index = i;
                if (rule.endpoints().get(i).id().equals(endpoint)) {
                    edits.add(tree -> tree.removeDenyRule(rule.key(), index, denyRule));
                }
            }
        }
    }

    private static int index(CompiledEndpoint endpoint) {
        return endpoint.rule().rule().endpoints().indexOf(endpoint.endpoint());
    }
}
