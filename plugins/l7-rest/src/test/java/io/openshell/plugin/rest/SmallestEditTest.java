package io.openshell.plugin.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.inspect.Request;
import io.openshell.core.address.IpLiteral;
import io.openshell.core.decide.ConnectionFacts;
import io.openshell.core.decide.PlannedRequest;
import io.openshell.core.decide.Question;
import io.openshell.core.decide.SmallestEdit;
import io.openshell.core.policy.InspectorCatalog;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicySource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SmallestEditTest {

    private static final PolicySource POLICY = new PolicySource("test.yaml", """
            version: 1
            # comments are no part of the diff
            network_policies:
              github:
                endpoints:
                  - host: api.github.com
                    port: 443
                    protocol: rest
                    enforcement: enforce
                    access: read-only
                    deny_rules:
                      - {method: GET, path: /user}
                  - host: "*.lan.example.com"
                    ports: [80, 8080]
                binaries:
                  - path: /usr/bin/curl
                  - path: /usr/bin/git
              pypi:
                endpoints:
                  - {host: pypi.org, port: 443}
                binaries:
                  - path: /usr/bin/pip
            """);

    private static ConnectionFacts facts(String binary, String host, int port) {
        return new ConnectionFacts(host, port, binary, List.of(), List.of());
    }

    private static String diff(ConnectionFacts facts, Optional<Request> request) {
        return diff(RestScenarioTest.LOADER, new Question(facts, List.of(), request));
    }

    private static String diff(PolicyLoader loader, Question question) {
        return SmallestEdit.find(POLICY, loader, question)
                .map(SmallestEdit::diff)
                .orElse("nothing");
    }

    private static Optional<Request> request(ConnectionFacts facts, String method, String path) {
        return Optional.of(PlannedRequest.of(facts, method, path, Map.of()));
    }

    @Test
    void adds_an_executable() {
        assertThat(diff(facts("/usr/bin/wget", "api.github.com", 443), Optional.empty()))
                .isEqualTo("""
                          network_policies:
                            github:
                              binaries:
                        +       - path: /usr/bin/wget""");
    }

    @Test
    void adds_a_port() {
        assertThat(diff(facts("/usr/bin/curl", "nas.lan.example.com", 443), Optional.empty()))
                .isEqualTo("""
                          network_policies:
                            github:
                              endpoints:
                                - host: '*.lan.example.com'
                                  ports:
                        +           - 443""");
    }

    @Test
    void writes_a_preset_out_to_add_a_rule() {
        ConnectionFacts facts = facts("/usr/bin/curl", "api.github.com", 443);
        assertThat(diff(facts, request(facts, "POST", "/repos/acme/w*/issues")).lines())
                .contains("-         access: read-only")
                .endsWith(
                        "+           - allow:",
                        "+               method: POST",
                        "+               path: /repos/acme/w\\*/issues");
    }

    @Test
    void takes_a_deny_rule_away() {
        ConnectionFacts facts = facts("/usr/bin/curl", "api.github.com", 443);
        assertThat(diff(facts, request(facts, "GET", "/user"))).isEqualTo("""
                          network_policies:
                            github:
                              endpoints:
                                - host: api.github.com
                        -         deny_rules:
                        -           - method: GET
                        -             path: /user""");
    }

    @Test
    void adds_an_inspected_endpoint_with_just_the_request() {
        ConnectionFacts facts = facts("/usr/bin/pip", "files.pythonhosted.org", 443);
        assertThat(diff(facts, request(facts, "GET", "/packages/x.whl"))).isEqualTo("""
                          network_policies:
                            pypi:
                              endpoints:
                        +       - host: files.pythonhosted.org
                        +         port: 443
                        +         protocol: rest
                        +         enforcement: enforce
                        +         rules:
                        +           - allow:
                        +               method: GET
                        +               path: /packages/x.whl""");
    }

    @Test
    void adds_a_rule_for_an_executable_that_has_none() {
        assertThat(diff(facts("/usr/bin/npm", "registry.example.org", 443), Optional.empty()))
                .isEqualTo("""
                          network_policies:
                        +   allow_registry_example_org_443:
                        +     endpoints:
                        +       - host: registry.example.org
                        +         port: 443
                        +     binaries:
                        +       - path: /usr/bin/npm""");
    }

    @Test
    void allows_an_internal_address() {
        Question question = new Question(
                facts("/usr/bin/curl", "nas.lan.example.com", 8080),
                List.of(IpLiteral.parse("192.168.1.105").orElseThrow()),
                Optional.empty());
        assertThat(diff(RestScenarioTest.LOADER, question)).isEqualTo("""
                          network_policies:
                            github:
                              endpoints:
                                - host: '*.lan.example.com'
                        +         allowed_ips:
                        +           - 192.168.1.105/32""");
    }

    @Test
    void offers_nothing_that_no_policy_may_allow() {
        Question metadata = new Question(
                facts("/usr/bin/curl", "nas.lan.example.com", 8080),
                List.of(IpLiteral.parse("169.254.169.254").orElseThrow()),
                Optional.empty());
        assertThat(diff(RestScenarioTest.LOADER, metadata)).isEqualTo("nothing");
        assertThat(diff(facts("", "api.github.com", 443), Optional.empty())).isEqualTo("nothing");
        assertThat(diff(facts("/usr/bin/curl", "api.github.com", 443), Optional.empty()))
                .as("it is allowed already")
                .isEqualTo("nothing");
    }

    @Test
    void several_changes_together_are_found() {
        ConnectionFacts facts = facts("/usr/bin/wget", "api.github.com", 443);
        Optional<SmallestEdit> edit = SmallestEdit.find(
                POLICY, RestScenarioTest.LOADER, new Question(facts, List.of(), request(facts, "GET", "/user")));
        assertThat(edit)
                .hasValueSatisfying(
                        it -> assertThat(it.diff()).contains("+       - path: /usr/bin/wget", "-         deny_rules:"));
    }

    @Test
    void without_protocol_rest_a_plain_endpoint_is_added() {
        PolicyLoader none = new PolicyLoader(InspectorCatalog.of(List.of()));
        ConnectionFacts facts = facts("/usr/bin/npm", "registry.example.org", 443);
        Question question = new Question(facts, List.of(), request(facts, "GET", "/x"));
        PolicySource plain = new PolicySource("plain.yaml", "version: 1\n");
        assertThat(SmallestEdit.find(plain, none, question))
                .hasValueSatisfying(it -> assertThat(it.diff())
                        .contains("+ network_policies:", "+       - host: registry.example.org")
                        .doesNotContain("protocol"));
    }
}
