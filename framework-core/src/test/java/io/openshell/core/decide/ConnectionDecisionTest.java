package io.openshell.core.decide;

import static io.openshell.core.decide.Rules.endpoint;
import static io.openshell.core.decide.Rules.facts;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.inspect.ConnectionInspector;
import io.openshell.core.network.NetworkIndex;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionDecisionTest {

    private static final ConnectionInspector BYTES = judge -> {
        throw new AssertionError("no connection is made in these tests");
    };

    private static ConnectionDecision.Allowed allowed(ConnectionDecision decision) {
        assertThat(decision).isInstanceOf(ConnectionDecision.Allowed.class);
        return (ConnectionDecision.Allowed) decision;
    }

    private static String reason(ConnectionDecision decision) {
        assertThat(decision).isInstanceOf(ConnectionDecision.Denied.class);
        return ((ConnectionDecision.Denied) decision).reason();
    }

    private static ConnectionFacts by(String binary, String... ancestors) {
        return new ConnectionFacts("api.example.com", 443, binary, List.of(ancestors), List.of("/usr/bin/curl"));
    }

    @Test
    void without_rules_nothing_is_allowed() {
        assertThat(reason(Decisions.connection(NetworkIndex.of(List.of()), facts("example.com", 443))))
                .isEqualTo("network connections not allowed by policy");
    }

    @ParameterizedTest(name = "{0}:{1}")
    @CsvSource({
        "other.example.org, 443",
        "api.example.com, 80",
        "example.com, 443",
        "10.0.0.1, 443",
        "api.example.com.evil.org, 443"
    })
    void an_endpoint_in_no_rule_is_denied_by_name(String host, int port) {
        NetworkIndex network =
                new Rules().rule("api", endpoint("api.example.com")).index();
        assertThat(reason(Decisions.connection(network, facts(host, port))))
                .isEqualTo("endpoint " + host + ":" + port + " is not allowed by any policy");
    }

    @Test
    void the_policy_named_is_the_smallest_key_that_matches() {
        NetworkIndex network = new Rules()
                .rule("zebra", endpoint("api.example.com"))
                .rule("apple", List.of("/usr/bin/wget"), endpoint("api.example.com"))
                .rule("mango", endpoint("x.example.com"), endpoint("*.example.com"))
                .index();
        ConnectionDecision.Allowed decision = allowed(Decisions.connection(network, facts("api.example.com", 443)));
        assertThat(decision.policyName()).isEqualTo("mango");
        assertThat(decision.ruleId()).isEqualTo("network_policies.mango.endpoints[1]");
        assertThat(decision.endpoints().endpoints()).hasSize(2);
    }

    @Test
    void host_and_binary_of_different_rules_do_not_add_up() {
        NetworkIndex network = new Rules()
                .rule("a", List.of("/usr/bin/git"), endpoint("api.example.com"))
                .rule("b", endpoint("other.example.com"))
                .index();
        assertThat(reason(Decisions.connection(network, facts("api.example.com", 443))))
                .startsWith("binary '/usr/bin/curl' not allowed in policy 'a' (ancestors: [], cmdline: [])."
                        + " SYMLINK HINT: the binary path is the kernel-resolved target from /proc/<pid>/exe,"
                        + " not the symlink");
    }

    @Test
    void host_and_port_of_different_endpoints_do_not_add_up() {
        NetworkIndex network = new Rules()
                .rule("a", endpoint("api.example.com", 443), endpoint("db.example.com", 5432))
                .index();
        assertThat(reason(Decisions.connection(network, facts("api.example.com", 5432))))
                .contains("not allowed by any policy");
    }

    @Test
    void every_policy_that_has_the_endpoint_is_named_in_the_reason() {
        NetworkIndex network = new Rules()
                .rule("b", List.of("/bin/b"), endpoint("api.example.com"), endpoint("*.example.com"))
                .rule("a", List.of("/bin/a"), endpoint("api.example.com"))
                .index();
        String reason = reason(Decisions.connection(
                network,
                new ConnectionFacts(
                        "api.example.com",
                        443,
                        "/bin/x",
                        List.of("/bin/sh", "/sbin/init"),
                        List.of("/app/run.py", "/etc/y"))));
        assertThat(reason.split("; binary ")).hasSize(2);
        assertThat(reason)
                .startsWith("binary '/bin/x' not allowed in policy 'a' (ancestors: [/bin/sh -> /sbin/init],"
                        + " cmdline: [/app/run.py, /etc/y])");
    }

    @Test
    void an_ancestor_grants_and_a_command_line_does_not() {
        NetworkIndex network =
                new Rules().rule("api", endpoint("api.example.com")).index();
        allowed(Decisions.connection(network, by("/usr/bin/python3", "/bin/sh", "/usr/bin/curl")));
        reason(Decisions.connection(network, by("/usr/bin/python3", "/bin/sh")));
        reason(Decisions.connection(network, by("")));
        reason(Decisions.connection(network, by("", "/usr/bin/curl")));
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "/usr/bin/*, /usr/bin/git, true",
        "/usr/bin/*, /usr/bin/sub/x, false",
        "/usr/bin/**, /usr/bin/sub/x, true",
        "/**, /anything/at/all, true",
        "/usr/bin/git, /usr/bin/git, true",
        "/usr/bin/git, /usr/bin/git2, false",
        "/usr/bin/[, /usr/bin/[, true",
        "/opt/*/bin/python, /opt/venv/bin/python, true",
        "/opt/*/bin/python, /opt/a/b/bin/python, false",
    })
    void binaries_are_paths_or_globs(String pattern, String binary, boolean expected) {
        NetworkIndex network = new Rules()
                .rule("api", List.of(pattern), endpoint("api.example.com"))
                .index();
        assertThat(Decisions.connection(network, by(binary)) instanceof ConnectionDecision.Allowed)
                .isEqualTo(expected);
    }

    @Test
    void a_rule_without_binaries_grants_nothing() {
        NetworkIndex network =
                new Rules().rule("api", List.of(), endpoint("api.example.com")).index();
        assertThat(reason(Decisions.connection(network, facts("api.example.com", 443))))
                .contains("not allowed in policy 'api'");
    }

    @ParameterizedTest
    @CsvSource({"evil\0.example.com", "'EVIL.example.com'", "evil%2e.example.com", "'a\\.example.com'", "''"})
    void a_host_that_is_not_canonical_is_denied(String host) {
        NetworkIndex network =
                new Rules().rule("api", endpoint("*.example.com")).index();
        assertThat(reason(Decisions.connection(network, facts(host, 443)))).isEqualTo("host is not in canonical form");
    }

    @Test
    void an_endpoint_without_a_host_matches_any_host_on_its_port() {
        NetworkIndex network = new Rules()
                .rule("lan", endpoint("", 8080).allowedIps("10.0.0.0/24"))
                .index();
        assertThat(allowed(Decisions.connection(network, facts("anything.example.org", 8080)))
                        .endpoints()
                        .allowedAddresses()
                        .ranges())
                .containsExactly("10.0.0.0/24");
        allowed(Decisions.connection(network, facts("10.0.0.7", 8080)));
        reason(Decisions.connection(network, facts("anything.example.org", 443)));
    }

    @Test
    void an_address_is_matched_by_no_wildcard() {
        NetworkIndex network = new Rules()
                .rule("api", endpoint("*.example.com"), endpoint("192.0.2.7"))
                .index();
        allowed(Decisions.connection(network, facts("192.0.2.7", 443)));
        reason(Decisions.connection(network, facts("192.0.2.8", 443)));
    }

    @Test
    void a_plain_endpoint_does_not_take_inspection_away() {
        NetworkIndex network = new Rules()
                .rule("a", endpoint("api.example.com"))
                .rule("b", endpoint("api.example.com").rest(new ScriptedInspector()))
                .index();
        EndpointSet endpoints = allowed(Decisions.connection(network, facts("api.example.com", 443)))
                .endpoints();
        assertThat(endpoints.kind()).isEqualTo(EndpointSet.Kind.REQUESTS);
        assertThat(endpoints.inspected()).isTrue();
    }

    @Test
    void skipping_tls_takes_inspection_away_from_its_own_endpoint_only() {
        ScriptedInspector rules = new ScriptedInspector();
        NetworkIndex both = new Rules()
                .rule("a", endpoint("api.example.com").tlsSkip())
                .rule("b", endpoint("api.example.com").rest(rules))
                .index();
        EndpointSet inspected = allowed(Decisions.connection(both, facts("api.example.com", 443)))
                .endpoints();
        assertThat(inspected.tlsSkip()).isFalse();
        assertThat(inspected.inspected()).isTrue();

        NetworkIndex one = new Rules()
                .rule("a", endpoint("api.example.com").rest(rules).tlsSkip())
                .rule("b", endpoint("api.example.com"))
                .index();
        EndpointSet skipped = allowed(Decisions.connection(one, facts("api.example.com", 443)))
                .endpoints();
        assertThat(skipped.tlsSkip()).isTrue();
        assertThat(skipped.kind()).isEqualTo(EndpointSet.Kind.RAW);
    }

    @Test
    void one_endpoint_may_read_bytes_and_two_may_not() {
        NetworkIndex one = new Rules()
                .rule("a", endpoint("db.example.com").protocol("redis", BYTES))
                .rule("b", endpoint("db.example.com"))
                .index();
        EndpointSet endpoints =
                allowed(Decisions.connection(one, facts("db.example.com", 443))).endpoints();
        assertThat(endpoints.kind()).isEqualTo(EndpointSet.Kind.BYTES);
        assertThat(endpoints.connectionInspector()).contains(BYTES);

        NetworkIndex two = new Rules()
                .rule("a", endpoint("db.example.com").protocol("redis", BYTES))
                .rule("b", endpoint("db.example.com").rest(new ScriptedInspector()))
                .index();
        assertThat(reason(Decisions.connection(two, facts("db.example.com", 443))))
                .contains("network_policies.a.endpoints[0], network_policies.b.endpoints[0]");
    }

    @Test
    void an_explanation_names_what_comes_near() {
        NetworkIndex network = new Rules()
                .rule("api", List.of("/usr/bin/git"), endpoint("api.example.com"), endpoint("api.example.com", 8443))
                .rule("other", endpoint("other.example.com"))
                .rule("far", endpoint("example.org"), endpoint("*.example.net"))
                .index();
        ConnectionDecision decision = Decisions.explain(network, facts("api.example.com", 443));
        assertThat(decision.trace().toString().lines())
                .contains(
                        "network_policies: skipped: 2 endpoints of other hosts",
                        "network_policies.api.endpoints[1]: skipped: port 443 is not in [8443]",
                        "network_policies.other.endpoints[0]: skipped: host 'api.example.com' does not match"
                                + " 'other.example.com'",
                        "network_policies.api.endpoints[0]: skipped: binary '/usr/bin/curl' is not in"
                                + " network_policies.api.binaries");
        assertThat(Decisions.connection(network, facts("api.example.com", 443))
                        .trace()
                        .steps())
                .isEmpty();
    }
}
