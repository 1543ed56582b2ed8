package io.openshell.plugin.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.policy.InspectorCatalog;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicyProblem;
import io.openshell.core.policy.PolicySource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What loads and what does not, with the place and the words. */
class GraphqlOptionsTest {

    private static final String ENDPOINT = "network_policies.api.endpoints[0]";
    private static final PolicyLoader LOADER =
            new PolicyLoader(InspectorCatalog.of(new GraphqlPlugin().protocolInspectors()));

    private static LoadResult load(String keys) {
        return LOADER.load(new PolicySource("test.yaml", """
                version: 1
                network_policies:
                  api:
                    endpoints:
                      - {host: api.example.com, port: 443, protocol: graphql, enforcement: enforce, %s}
                    binaries: [{path: /usr/bin/curl}]
                """.formatted(keys)));
    }

    private static List<String> described(List<PolicyProblem> problems) {
        return problems.stream().map(it -> it.path() + ": " + it.message()).toList();
    }

    private static List<String> problems(String keys) {
        LoadResult result = load(keys);
        assertThat(result).as(keys).isInstanceOf(LoadResult.Invalid.class);
        return described(((LoadResult.Invalid) result).problems());
    }

    private static List<String> warnings(String keys) {
        LoadResult result = load(keys);
        assertThat(result).as(() -> result.toString()).isInstanceOf(LoadResult.Loaded.class);
        return described(((LoadResult.Loaded) result).warnings());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "access: full, rules: [{allow: {operation_type: query}}] | access | rules and access are mutually exclusive",
                "persisted_queries: deny | | protocol requires rules or access to define allowed traffic",
                "rules: [] | rules | rules list cannot be empty",
                "rules: [{}] | rules | rules would deny all traffic (no allow clause found)",
                "access: full, deny_rules: [] | deny_rules | deny_rules list cannot be empty",
                "deny_rules: [{operation_type: query}] | deny_rules | deny_rules require rules or access",
                "rules: [{allow: {fields: [a]}}] | rules[0].allow.operation_type | missing (expected: one of query, mutation, subscription, or *)",
                "rules: [{allow: {operation_type: read}}] | rules[0].allow.operation_type | 'read' (expected: one of query",
                "rules: [{allow: {operation_type: query, fields: []}}] | rules[0].allow.fields | list must not be empty; omit fields",
                "rules: [{allow: {operation_type: query, fields: ['']}}] | rules[0].allow.fields[0] | empty (expected: a root field",
                "rules: [{allow: {operation_type: query, fields: [a, '[b']}}] | rules[0].allow.fields[1] | unclosed '['",
                "rules: [{allow: {operation_type: query, operation_name: '[b'}}] | rules[0].allow.operation_name | unclosed '['",
                "rules: [{allow: {operation_type: query, method: GET}}] | rules[0].allow.method | unknown",
                "access: full, deny_rules: [{operation_type: '*', fields: []}] | deny_rules[0].fields | list must not be empty",
                "access: full, persisted_queries: allow | persisted_queries | 'allow' (expected: deny or allow_registered)",
                "access: full, persisted_queries: allow_registered, graphql_persisted_queries: {a: {}} | graphql_persisted_queries.a.operation_type | missing (expected: one of query, mutation, subscription)",
                "access: full, persisted_queries: allow_registered, graphql_persisted_queries: {a: {operation_type: '*'}} | graphql_persisted_queries.a.operation_type | '*' (expected",
                "access: full, graphql_max_body_bytes: 0 | graphql_max_body_bytes | 0 must be a positive integer",
                "access: full, graphql_max_body_bytes: 99999999 | graphql_max_body_bytes | (expected: 1 to 16777216)",
                "access: full, graphql_limits: {max_depth: 0} | graphql_limits.max_depth | 0 must be a positive integer (expected: 1 to 60)",
                "access: full, graphql_limits: {max_aliases: -1} | graphql_limits.max_aliases | -1 must be a positive integer",
                "access: full, graphql_limits: {max_root_fields: 1001} | graphql_limits.max_root_fields | (expected: 1 to 1000)",
                "access: full, graphql_limits: {max_tokens: 15001} | graphql_limits.max_tokens | (expected: 1 to 15000)",
                "access: full, graphql_limits: {max_batch: 101} | graphql_limits.max_batch | (expected: 1 to 100)",
                "access: full, graphql_limits: {max_width: 1} | graphql_limits.max_width | unknown",
            })
    void refuses(String keys, String place, String message) {
        String path = place == null ? ENDPOINT : ENDPOINT + "." + place;
        assertThat(problems(keys))
                .anySatisfy(it -> assertThat(it).startsWith(path + ": ").contains(message));
    }

    @Test
    void reports_all_problems_at_once() {
        assertThat(problems("access: full, rules: [{allow: {fields: []}}], graphql_limits: {max_depth: 0}"))
                .hasSize(4);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "access: read | access | unsupported L7 access preset 'read' ignored; expected one of: read-only, read-write, full",
                "rules: [{allow: {operation_type: query}}, {}] | rules[1] | no allow clause",
                "access: full, graphql_persisted_queries: {a: {operation_type: query}} | graphql_persisted_queries | has no effect without persisted_queries: allow_registered",
            })
    void warns(String keys, String place, String message) {
        assertThat(warnings(keys))
                .anySatisfy(it ->
                        assertThat(it).startsWith(ENDPOINT + "." + place + ": ").contains(message));
    }

    @Test
    void what_is_well_written_loads_without_a_word() {
        assertThat(warnings("rules: [{allow: {operation_type: QUERY, operation_name: {any: [A*, '**']},"
                        + " fields: [viewer, 'repo*']}}], deny_rules: [{operation_type: '*', fields: [secret]}],"
                        + " persisted_queries: allow_registered, graphql_persisted_queries: {abc: {operation_type: query,"
                        + " operation_name: A, fields: [viewer]}}, graphql_max_body_bytes: 131072, graphql_limits:"
                        + " {max_depth: 10, max_aliases: 5, max_root_fields: 5, max_tokens: 500, max_batch: 1}"))
                .isEmpty();
    }
}
