package io.openshell.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.inspect.Verdict;
import io.openshell.core.decide.Rules.EndpointBuilder;
import io.openshell.core.network.CompiledEndpoint;
import io.openshell.core.network.NetworkIndex;
import io.openshell.core.network.NetworkRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What holds for every network: overlapping endpoints add up as documented, and no host is taken for another. */
class DecisionPropertiesTest {

    private static final List<String> HOSTS = List.of(
            "example.com",
            "api.example.com",
            "a.api.example.com",
            "*.example.com",
            "**.example.com",
            "a*.example.com",
            "*.api.example.com",
            "10.0.0.5",
            "");
    private static final List<String> ASKED = List.of(
            "example.com",
            "api.example.com",
            "a.api.example.com",
            "b.a.api.example.com",
            "notexample.com",
            "10.0.0.5",
            "other.org");
    private static final List<String> BINARIES =
            List.of("/usr/bin/curl", "/usr/bin/git", "/usr/bin/*", "/**", "/bin/sh");
    private static final List<String> PATHS = List.of("", "/a/**", "/a", "/b/**", "/**");
    private static final List<String> REQUESTS = List.of("GET /a", "GET /b", "POST /a", "GET /a/x", "GET /a%2Fx");

    private static NetworkIndex network(Random random) {
        Rules rules = new Rules();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            List<EndpointBuilder> endpoints = new ArrayList<>();
            for (int j = random.nextInt(4); j >= 0; j--) {
                endpoints.add(endpoint(random));
            }
            List<String> binaries = random.ints(random.nextInt(3), 0, BINARIES.size())
                    .mapToObj(BINARIES::get)
                    .toList();
            rules.rule("rule" + (9 - i), binaries, endpoints.toArray(EndpointBuilder[]::new));
        }
        return rules.index();
    }

    private static EndpointBuilder endpoint(Random random) {
        String host = pick(HOSTS, random);
        EndpointBuilder endpoint = new EndpointBuilder(host, random.nextBoolean() ? 443 : 80, 443);
        if (host.isEmpty()) {
            endpoint.allowedIps("10.0.0.0/24");
        }
        if (random.nextInt(4) > 0) {
            endpoint.protocol(random.nextInt(3) == 0 ? "graphql" : "rest", inspector(random))
                    .path(pick(PATHS, random));
        }
        if (random.nextBoolean()) {
            endpoint.audit();
        }
        if (random.nextInt(6) == 0) {
            endpoint.tlsSkip();
        }
        return random.nextInt(3) == 0 ? endpoint.encodedSlash() : endpoint;
    }

    private static ScriptedInspector inspector(Random random) {
        ScriptedInspector inspector = new ScriptedInspector();
        for (String request : REQUESTS) {
            switch (random.nextInt(5)) {
                case 0, 1 -> inspector.allows(request);
                case 2 -> inspector.denies(request);
                case 3 -> inspector.cannotRead(request);
                default -> {}
            }
        }
        return inspector;
    }

    private static <T> T pick(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    private static ConnectionFacts facts(Random random) {
        return new ConnectionFacts(
                pick(ASKED, random),
                random.nextBoolean() ? 443 : 80,
                random.nextBoolean() ? "/usr/bin/curl" : "/opt/x",
                random.nextBoolean() ? List.of() : List.of("/bin/sh"),
                List.of());
    }

    @Property(tries = 2_000)
    void the_index_finds_what_a_scan_finds(@ForAll long seed) {
        Random random = new Random(seed);
        NetworkIndex network = network(random);
        ConnectionFacts facts = facts(random);
        Set<String> found = new TreeSet<>();
        network.find(facts.host(), facts.port(), it -> found.add(it.endpoint().id()));
        Set<String> scanned = new TreeSet<>();
        for (NetworkRule rule : network.rules()) {
            rule.endpoints().stream()
                    .filter(it -> it.host().isEmpty() || it.host().get().matches(facts.host()))
                    .filter(it -> it.ports().contains(facts.port()))
                    .forEach(it -> scanned.add(it.id()));
        }
        assertThat(found).isEqualTo(scanned);
    }

    @Property(tries = 3_000)
    void explaining_and_enforcing_never_disagree(@ForAll long seed) {
        Random random = new Random(seed);
        NetworkIndex network = network(random);
        ConnectionFacts facts = facts(random);
        ConnectionDecision enforced = Decisions.connection(network, facts);
        ConnectionDecision explained = Decisions.explain(network, facts);
        if (enforced instanceof ConnectionDecision.Denied denied) {
            assertThat(explained).isEqualTo(new ConnectionDecision.Denied(denied.reason(), explained.trace()));
            return;
        }
        ConnectionDecision.Allowed allowed = (ConnectionDecision.Allowed) enforced;
        ConnectionDecision.Allowed again = (ConnectionDecision.Allowed) explained;
        assertThat(again.policyName()).isEqualTo(allowed.policyName());
        assertThat(again.ruleId()).isEqualTo(allowed.ruleId());
        for (String line : REQUESTS) {
            PlannedRequest request = request(facts, line);
            RequestDecision decision = Decisions.request(allowed.endpoints(), request);
            RequestDecision story = Decisions.explain(again.endpoints(), request);
            assertThat(decision.trace().steps()).isEmpty();
            assertThat(withoutTrace(story)).isEqualTo(decision);
        }
    }

    private static PlannedRequest request(ConnectionFacts facts, String line) {
        String[] words = line.split(" ");
        return PlannedRequest.of(facts, words[0], words[1], Map.of());
    }

    private static RequestDecision withoutTrace(RequestDecision decision) {
        return switch (decision) {
            case RequestDecision.Allowed it -> new RequestDecision.Allowed(it.policyName(), it.ruleId(), Trace.NONE);
            case RequestDecision.Audited it ->
                new RequestDecision.Audited(it.policyName(), it.ruleId(), it.reason(), Trace.NONE);
            case RequestDecision.Denied it ->
                new RequestDecision.Denied(it.policyName(), it.ruleId(), it.reason(), Trace.NONE);
            case RequestDecision.Unreadable it ->
                new RequestDecision.Unreadable(it.policyName(), it.ruleId(), it.problem(), Trace.NONE);
        };
    }

    @Property(tries = 2_000)
    void what_is_allowed_has_one_rule_with_host_port_and_binary_and_no_deny(@ForAll long seed) {
        Random random = new Random(seed);
        NetworkIndex network = network(random);
        ConnectionFacts facts = facts(random);
        if (!(Decisions.connection(network, facts) instanceof ConnectionDecision.Allowed allowed)) {
            return;
        }
        for (CompiledEndpoint endpoint : allowed.endpoints().endpoints()) {
            assertThat(endpoint.endpoint().ports().contains(facts.port())).isTrue();
            assertThat(endpoint.rule().rule().binaries())
                    .anyMatch(it -> it.matches(facts.binary())
                            || facts.ancestors().stream().anyMatch(it::matches));
        }
        for (String line : REQUESTS) {
            PlannedRequest request = request(facts, line);
            if (Decisions.request(allowed.endpoints(), request) instanceof RequestDecision.Allowed
                    && allowed.endpoints().inspected()) {
                assertThat(verdicts(allowed.endpoints(), request))
                        .contains("Allowed")
                        .doesNotContain("explicit");
            }
        }
    }

    private static Set<String> verdicts(EndpointSet endpoints, PlannedRequest request) {
        Set<String> kinds = new HashSet<>();
        for (CompiledEndpoint endpoint : endpoints.inspecting()) {
            if (endpoint.endpoint().path().matches(request.path())) {
                var verdict = EndpointSet.requestInspector(endpoint).inspect(request);
                boolean explicit = verdict instanceof Verdict.Denied denied && denied.explicit();
                kinds.add(explicit ? "explicit" : verdict.getClass().getSimpleName());
            }
        }
        return kinds;
    }
}
