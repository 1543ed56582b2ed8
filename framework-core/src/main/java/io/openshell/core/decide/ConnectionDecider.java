package io.openshell.core.decide;

import io.openshell.core.decide.Trace.Outcome;
import io.openshell.core.network.CompiledEndpoint;
import io.openshell.core.network.CompiledRule;
import io.openshell.core.network.Endpoint;
import io.openshell.core.network.NetworkIndex;
import io.openshell.core.network.NetworkRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides on one connection. Used once. */
final class ConnectionDecider {

    private final NetworkIndex network;
    private final ConnectionFacts facts;
    private final Tracer tracer;

    ConnectionDecider(NetworkIndex network, ConnectionFacts facts, Tracer tracer) {
        this.network = network;
        this.facts = facts;
        this.tracer = tracer;
    }

    ConnectionDecision decide() {
        if (network.rules().isEmpty()) {
            return denied("network connections not allowed by policy");
        }
        if (!canonical(facts.host())) {
            return denied("host is not in canonical form");
        }
        List<CompiledEndpoint> candidates = new ArrayList<>(4);
        network.find(facts.host(), facts.port(), candidates::add);
        if (tracer.isOn()) {
            traceOthers(candidates);
        }
        if (candidates.isEmpty()) {
            return denied("endpoint " + facts.host() + ":" + facts.port() + " is not allowed by any policy");
        }
        List<CompiledEndpoint> matching = new ArrayList<>(candidates.size());
        for (CompiledEndpoint candidate : candidates) {
            if (admits(candidate)) {
                matching.add(candidate);
            }
        }
        return matching.isEmpty() ? denied(binaryReason(candidates)) : allowed(matching);
    }

    /** Names and addresses are made of these; a null byte or an upper-case letter is a caller's mistake. */
    private static boolean canonical(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "-_.:".indexOf(c) >= 0;
            if (!fine) {
                return false;
            }
        }
        return !host.isEmpty();
    }

    private boolean admits(CompiledEndpoint candidate) {
        boolean admitted = candidate.rule().admits(facts.binary(), facts.ancestors());
        if (tracer.isOn()) {
            tracer.step(
                    candidate.endpoint().id(),
                    admitted ? Outcome.MATCHES : Outcome.SKIPPED,
                    admitted
                            ? "host, port and binary match"
                            : "binary '" + facts.binary() + "' is not in "
                                    + candidate.rule().rule().id() + ".binaries");
        }
        return admitted;
    }

    private ConnectionDecision allowed(List<CompiledEndpoint> matching) {
        EndpointSet endpoints = new EndpointSet(facts, matching);
        List<CompiledEndpoint> inspecting = endpoints.inspecting();
        if (endpoints.kind() == EndpointSet.Kind.BYTES && inspecting.size() > 1) {
            return denied("several endpoints read this connection: "
                    + inspecting.stream().map(it -> it.endpoint().id()).collect(Collectors.joining(", "))
                    + " (expected: one, where a protocol reads bytes rather than requests)");
        }
        tracer.step(endpoints.ruleId(), Outcome.ALLOWS, "the connection");
        return new ConnectionDecision.Allowed(endpoints.policyName(), endpoints.ruleId(), endpoints, tracer.trace());
    }

    private ConnectionDecision denied(String reason) {
        tracer.step("network_policies", Outcome.DENIES, reason);
        return new ConnectionDecision.Denied(reason, tracer.trace());
    }

    private String binaryReason(List<CompiledEndpoint> candidates) {
        Set<CompiledRule> seen = new HashSet<>();
        return candidates.stream()
                .sorted(Comparator.comparingInt(CompiledEndpoint::order))
                .map(CompiledEndpoint::rule)
                .filter(seen::add)
                .map(rule -> binaryReason(rule.rule()))
                .collect(Collectors.joining("; "));
    }

    private String binaryReason(NetworkRule rule) {
        return "binary '" + facts.binary() + "' not allowed in policy '" + rule.name() + "' (ancestors: ["
                + String.join(" -> ", facts.ancestors()) + "], cmdline: ["
                + String.join(", ", facts.commandLinePaths())
                + "]). SYMLINK HINT: the binary path is the kernel-resolved target from /proc/<pid>/exe, not the"
                + " symlink; list the resolved path in binaries";
    }

    /** Says of endpoints that were not found why not, where they come near; the others are counted. */
    private void traceOthers(List<CompiledEndpoint> candidates) {
        Set<String> found = candidates.stream().map(it -> it.endpoint().id()).collect(Collectors.toSet());
        int far = 0;
        for (NetworkRule rule : network.rules()) {
            for (Endpoint endpoint : rule.endpoints()) {
                if (!found.contains(endpoint.id())) {
                    far += traceNear(endpoint) ? 0 : 1;
                }
            }
        }
        if (far > 0) {
            tracer.step("network_policies", Outcome.SKIPPED, far + " endpoints of other hosts");
        }
    }

    /** Whether it is near: the same host or its domain. */
    private boolean traceNear(Endpoint endpoint) {
        if (endpoint.host().isEmpty() || endpoint.host().get().matches(facts.host())) {
            tracer.step(endpoint.id(), Outcome.SKIPPED, "port " + facts.port() + " is not in " + endpoint.ports());
            return true;
        }
        String host = endpoint.host().get().toString();
        if (!domain(host).equals(domain(facts.host()))) {
            return false;
        }
        tracer.step(endpoint.id(), Outcome.SKIPPED, "host '" + facts.host() + "' does not match '" + host + "'");
        return true;
    }

    private static String domain(String host) {
        int dot = host.lastIndexOf('.', host.lastIndexOf('.') - 1);
        return host.substring(dot + 1);
    }
}
