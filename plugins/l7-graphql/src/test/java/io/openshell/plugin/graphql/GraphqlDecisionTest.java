package io.openshell.plugin.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.core.decide.ConnectionDecision;
import io.openshell.core.decide.ConnectionFacts;
import io.openshell.core.decide.Decisions;
import io.openshell.core.decide.PlannedRequest;
import io.openshell.core.decide.RequestDecision;
import io.openshell.core.policy.InspectorCatalog;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.Policy;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicySource;
import io.openshell.plugin.rest.RestPlugin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decisions of a whole policy, in which GraphQL endpoints stand beside others. */
class GraphqlDecisionTest {

    private static final ConnectionFacts CURL =
            new ConnectionFacts("api.example.com", 443, "/usr/bin/curl", List.of(), List.of());

    private static final Policy POLICY = policy("""
            version: 1
            network_policies:
              broad:
                endpoints:
                  - {host: api.example.com, port: 443, protocol: rest, enforcement: enforce, access: full}
                binaries: [{path: /usr/bin/curl}]
              operations:
                endpoints:
                  - host: api.example.com
                    port: 443
                    path: /graphql
                    protocol: graphql
                    enforcement: enforce
                    rules:
                      - allow: {operation_type: query, fields: [viewer, "repo*"]}
                      - allow: {operation_type: mutation, operation_name: "Add*", fields: [addStar]}
                    deny_rules:
                      - {operation_type: "*", fields: [repoSecrets]}
                  - host: api.example.com
                    port: 443
                    path: /graphql/admin
                    protocol: graphql
                    enforcement: enforce
                    access: full
                  - host: api.example.com
                    port: 443
                    path: /audited
                    protocol: graphql
                    access: read-only
                  - host: api.example.com
                    port: 443
                    path: /narrow
                    protocol: graphql
                    enforcement: enforce
                    access: read-write
                    graphql_limits: {max_depth: 2, max_aliases: 1, max_root_fields: 2, max_tokens: 40, max_batch: 2}
                binaries: [{path: /usr/bin/curl}]
              stars:
                endpoints:
                  - host: api.example.com
                    port: 443
                    path: /graphql
                    protocol: graphql
                    enforcement: enforce
                    rules: [{allow: {operation_type: mutation, fields: [removeStar]}}]
                binaries: [{path: /usr/bin/curl}]
            """);

    private static Policy policy(String yaml) {
        List<ProtocolInspectorFactory<?>> factories = new ArrayList<>(new RestPlugin().protocolInspectors());
        factories.addAll(new GraphqlPlugin().protocolInspectors());
        LoadResult result = new PolicyLoader(InspectorCatalog.of(factories)).load(new PolicySource("test.yaml", yaml));
        assertThat(result).as(() -> result.toString()).isInstanceOf(LoadResult.Loaded.class);
        return ((LoadResult.Loaded) result).policy();
    }

    private static String decide(String path, String document) {
        var endpoints = ((ConnectionDecision.Allowed) Decisions.connection(POLICY, CURL)).endpoints();
        String body = "{\"query\":\"" + document + "\"}";
        PlannedRequest request = PlannedRequest.of(CURL, "POST", path, Map.of())
                .withField("content-type", "application/json")
                .withBody(body.getBytes(StandardCharsets.UTF_8));
        return switch (Decisions.request(endpoints, request)) {
            case RequestDecision.Allowed it -> "allowed " + it.ruleId();
            case RequestDecision.Audited it -> "audited " + it.reason();
            case RequestDecision.Denied it -> "denied " + it.reason();
            case RequestDecision.Unreadable it -> "unreadable " + it.problem();
        };
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/graphql | { viewer } | allowed network_policies.operations.endpoints[0].rules[0]",
                "/graphql | { viewer repository } | allowed network_policies.operations.endpoints[0].rules[0]",
                "/graphql | { viewer users } | denied GraphQL operation not permitted by policy: query of users, viewer",
                "/graphql | { viewer: users } | denied GraphQL operation not permitted by policy: query of users",
                "/graphql | { repoSecrets } | denied GraphQL operation blocked by endpoint policy: query of repoSecrets",
                "/graphql | { viewer repoSecrets } | denied GraphQL operation blocked by endpoint policy",
                "/graphql | mutation AddOne { addStar } | allowed network_policies.operations.endpoints[0].rules[1]",
                "/graphql | mutation { addStar } | denied GraphQL operation not permitted",
                "/graphql | mutation Other { addStar } | denied GraphQL operation not permitted",
                "/graphql | mutation AddOne { addStar removeStar } | denied GraphQL operation not permitted",
                "/graphql | mutation { removeStar } | allowed network_policies.stars.endpoints[0].rules[0]",
                "/graphql | mutation { repoSecrets } | denied GraphQL operation blocked by endpoint policy",
                "/graphql | subscription { viewer } | denied GraphQL operation not permitted",
                "/graphql | { | unreadable GraphQL request rejected: document is not valid GraphQL",
                "/graphql/admin | mutation { anything } | allowed network_policies.operations.endpoints[1].access",
                "/graphql/other | { anything } | allowed network_policies.broad.endpoints[0].access",
                "/audited | { anything } | allowed network_policies.operations.endpoints[2].access",
                "/audited | mutation { anything } | audited GraphQL operation not permitted by policy: mutation of anything",
                "/audited | mutation { | unreadable GraphQL request rejected",
                "/narrow | { a { b } } | allowed",
                "/narrow | { a { b { c } } } | unreadable GraphQL request rejected: graphql_limits.max_depth: 3 (expected: at most 2)",
                "/narrow | { x: a y: b } | unreadable GraphQL request rejected: graphql_limits.max_aliases: 2 (expected: at most 1)",
                "/narrow | { a b c } | unreadable GraphQL request rejected: graphql_limits.max_root_fields: 3 (expected: at most 2)",
                "/narrow | { a(x: [1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7 8 9]) } | unreadable GraphQL request rejected: document is not valid GraphQL, or beyond",
            })
    void decides(String path, String document, String expected) {
        assertThat(decide(path, document)).startsWith(expected);
    }
}
