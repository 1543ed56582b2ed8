package io.openshell.core.decide;

import io.openshell.api.config.Compilation;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.core.address.AllowedAddresses;
import io.openshell.core.match.HostPattern;
import io.openshell.core.match.PathSelector;
import io.openshell.core.network.BinaryPattern;
import io.openshell.core.network.CredentialEcho;
import io.openshell.core.network.Endpoint;
import io.openshell.core.network.Enforcement;
import io.openshell.core.network.NetworkIndex;
import io.openshell.core.network.NetworkRule;
import io.openshell.core.network.Ports;
import io.openshell.core.network.Tls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds networks for tests, an endpoint at a time. */
final class Rules {

    private final List<NetworkRule> rules = new ArrayList<>();

    /** A rule with one executable, {@code /usr/bin/curl}. */
    Rules rule(String key, EndpointBuilder... endpoints) {
        return rule(key, List.of("/usr/bin/curl"), endpoints);
    }

    Rules rule(String key, List<String> binaries, EndpointBuilder... endpoints) {
        List<Endpoint> built = new ArrayList<>();
        for (EndpointBuilder endpoint : endpoints) {
            built.add(endpoint.build("network_policies." + key + ".endpoints[" + built.size() + "]"));
        }
        rules.add(new NetworkRule(
                key, key, built, binaries.stream().map(BinaryPattern::compile).toList()));
        return this;
    }

    NetworkIndex index() {
        return NetworkIndex.of(rules);
    }

    static EndpointBuilder endpoint(String host, int... ports) {
        return new EndpointBuilder(host, ports.length == 0 ? new int[] {443} : ports);
    }

    static ConnectionFacts facts(String host, int port) {
        return new ConnectionFacts(host, port, "/usr/bin/curl", List.of(), List.of());
    }

    static PlannedRequest request(String method, String path) {
        return PlannedRequest.of(facts("api.example.com", 443), method, path, Map.of());
    }

    static final class EndpointBuilder {

        private final String host;
        private final int[] ports;
        private String path = "";
        private Optional<String> protocol = Optional.empty();
        private Optional<ProtocolInspector> inspector = Optional.empty();
        private Tls tls = Tls.AUTO;
        private Enforcement enforcement = Enforcement.ENFORCE;
        private List<String> allowedIps = List.of();
        private boolean encodedSlash;
        private Optional<CredentialEcho> credentialEcho = Optional.empty();

        EndpointBuilder(String host, int... ports) {
            this.host = host;
            this.ports = ports;
        }

        EndpointBuilder path(String selector) {
            path = selector;
            return this;
        }

        EndpointBuilder rest(ProtocolInspector rules) {
            return protocol("rest", rules);
        }

        EndpointBuilder protocol(String name, ProtocolInspector rules) {
            protocol = Optional.of(name);
            inspector = Optional.of(rules);
            return this;
        }

        EndpointBuilder tlsSkip() {
            tls = Tls.SKIP;
            return this;
        }

        EndpointBuilder audit() {
            enforcement = Enforcement.AUDIT;
            return this;
        }

        EndpointBuilder allowedIps(String... entries) {
            allowedIps = List.of(entries);
            return this;
        }

        EndpointBuilder credentialEcho(CredentialEcho echo) {
            credentialEcho = Optional.of(echo);
            return this;
        }

        EndpointBuilder encodedSlash() {
            encodedSlash = true;
            return this;
        }

        Endpoint build(String id) {
            return new Endpoint(
                    id,
                    host.isEmpty() ? Optional.empty() : Optional.of(HostPattern.compile(host)),
                    Ports.of(ports),
                    PathSelector.compile(path),
                    protocol,
                    inspector,
                    tls,
                    enforcement,
                    ((Compilation.Compiled<AllowedAddresses>) AllowedAddresses.compile(allowedIps)).value(),
                    encodedSlash,
                    false,
                    false,
                    Optional.empty(),
                    credentialEcho);
        }
    }
}
