package io.openshell.plugin.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.inspect.ProtocolInspectorFactory;
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
class WebsocketOptionsTest {

    private static final String ENDPOINT = "network_policies.api.endpoints[0]";
    private static final String GET = "{allow: {method: GET, path: /}}";

    private static LoadResult load(String keys, ProtocolInspectorFactory<?>... protocols) {
        return new PolicyLoader(InspectorCatalog.of(List.of(protocols)))
                .load(new PolicySource("test.yaml", """
                version: 1
                network_policies:
                  api:
                    endpoints:
                      - {host: api.example.com, port: 443, protocol: websocket, enforcement: enforce, %s}
                    binaries: [{path: /usr/bin/curl}]
                """.formatted(keys)));
    }

    private static List<String> problems(String keys) {
        LoadResult result = load(keys, new WebsocketInspectorFactory(), new FakeGraphql());
        assertThat(result).as(keys).isInstanceOf(LoadResult.Invalid.class);
        return described(((LoadResult.Invalid) result).problems());
    }

    private static List<String> warnings(String keys) {
        LoadResult result = load(keys, new WebsocketInspectorFactory(), new FakeGraphql());
        assertThat(result).as(() -> result.toString()).isInstanceOf(LoadResult.Loaded.class);
        return described(((LoadResult.Loaded) result).warnings());
    }

    private static List<String> described(List<PolicyProblem> problems) {
        return problems.stream().map(it -> it.path() + ": " + it.message()).toList();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "access: full, rules: [{allow: {method: GET, path: /}}] | access | rules and access are mutually exclusive",
                "binary: allow | | protocol requires rules or access to define allowed traffic",
                "rules: [] | rules | rules list cannot be empty (would deny all traffic)",
                "rules: [{}, {}] | rules | rules would deny all traffic (no allow clause found)",
                "access: full, deny_rules: [] | deny_rules | deny_rules list cannot be empty (would have no effect)",
                "deny_rules: [{method: GET, path: /}] | deny_rules | deny_rules require rules or access to define the base",
                "rules: [{allow: {path: /}}] | rules[0].allow.method | missing (expected: GET for handshakes",
                "rules: [{allow: {method: POST, path: /}}] | rules[0].allow.method | 'POST' (expected: GET for handshakes",
                "access: full, deny_rules: [{method: TEXT, path: /}] | deny_rules[0].method | 'TEXT' (expected: GET",
                "rules: [{allow: {method: GET}}] | rules[0].allow.path | missing (expected: a path glob such as /events/**",
                "rules: [{allow: {method: GET, path: '/[a'}}] | rules[0].allow.path | unclosed '['",
                "rules: [{allow: {method: GET, path: '/a//b'}}] | rules[0].allow.path | no request has '//'",
                "rules: [{allow: {method: GET, path: /, query: {q: '[a'}}}] | rules[0].allow.query.q | unclosed '['",
                "rules: [{deny: {method: GET, path: /}}] | rules[0].deny | unknown",
                "access: full, binary: maybe | binary | maybe",
                "access: full, binary: true | binary | true",
                "rules: [{allow: {method: GET, path: /, operation_type: query}}] | rules[0].allow | cannot stand with",
                "rules: [{allow: {query: {a: b}, fields: [x]}}] | rules[0].allow | cannot stand with",
                "access: full, deny_rules: [{path: /, operation_name: x}] | deny_rules[0] | cannot stand with",
                "rules: [{allow: {method: WEBSOCKET_TEXT, path: /}}, {allow: {operation_type: query}}] | rules[0].allow.method "
                        + "| WEBSOCKET_TEXT would allow every operation",
                "rules: [{allow: {method: websocket_text, path: /}}, {allow: {method: GET, path: /}}], "
                        + "deny_rules: [{operation_type: mutation}] | rules[0].allow.method | WEBSOCKET_TEXT would allow",
                "rules: [{allow: {method: GET, path: /}}], deny_rules: [{operation_type: mutation}] | rules "
                        + "| no rule allows an operation",
                "rules: [{allow: {method: GET, path: /}}], persisted_queries: allow_registered | rules "
                        + "| no rule allows an operation",
                "rules: [{allow: {method: GET, path: /}}, {allow: {operation_type: bad}}] | rules[1].allow.operation_type "
                        + "| 'bad'",
                "access: full, deny_rules: [{method: GET, path: /x}, {operation_type: bad}] | deny_rules[1].operation_type | 'bad'",
                "access: full, graphql_persisted_queries: [a] | graphql_persisted_queries | ",
                "access: full, deny_rules: [{operation_type: query}], persisted_queries: 7 | persisted_queries | ",
            })
    void refuses(String keys, String place, String message) {
        String path = place == null ? ENDPOINT : ENDPOINT + "." + place;
        assertThat(problems(keys))
                .anySatisfy(it -> assertThat(it).startsWith(path + ": ").contains(message == null ? "" : message));
    }

    @Test
    void rules_about_operations_need_the_plugin_that_knows_them() {
        LoadResult result =
                load("rules: [" + GET + ", {allow: {operation_type: query}}]", new WebsocketInspectorFactory());

        assertThat(result).isInstanceOf(LoadResult.Invalid.class);
        assertThat(described(((LoadResult.Invalid) result).problems()))
                .singleElement()
                .asString()
                .contains("rules about operations: unknown protocol 'graphql'", "--plugins-dir");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "access: Full | access | unsupported L7 access preset 'Full' ignored",
                "rules: [{allow: {method: GET, path: /}}, {}] | rules[1] | no allow clause",
                "rules: [{allow: {method: WEBSOCKET_TEXT, path: /}}] | rules | no rule allows a handshake",
                "access: full, graphql_max_body_bytes: 5 | graphql_max_body_bytes | without effect",
                "access: full, graphql_limits: {max_depth: 5} | graphql_limits | without effect",
            })
    void warns(String keys, String place, String message) {
        assertThat(warnings(keys))
                .anySatisfy(it ->
                        assertThat(it).startsWith(ENDPOINT + "." + place + ": ").contains(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "access: read-only",
                "access: full, binary: deny, deny_rules: [{method: '*', path: /admin/**, query: {a: {any: [b, c]}}}]",
                "rules: [{allow: {method: get, path: /}}, {allow: {method: websocket_text, path: '**'}}], binary: allow",
                "rules: [{allow: {method: GET, path: /}}, {allow: {operation_type: query, operation_name: 'Get*', fields: [a]}}],"
                        + " deny_rules: [{operation_type: mutation, fields: [b]}], persisted_queries: allow_registered,"
                        + " graphql_persisted_queries: {x: {operation_type: query}}, graphql_max_body_bytes: 1000,"
                        + " graphql_limits: {max_depth: 3}",
                "access: read-write, deny_rules: [{operation_type: mutation}]",
            })
    void what_is_well_written_loads_without_a_word(String keys) {
        assertThat(warnings(keys)).isEmpty();
    }
}
