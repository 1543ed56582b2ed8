package io.openshell.plugin.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.PolicyProblem;
import io.openshell.core.policy.PolicySource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What loads and what does not, with the place and the words. */
class RestOptionsTest {

    private static final String ENDPOINT = "network_policies.api.endpoints[0]";

    private static LoadResult load(String keys) {
        return RestScenarioTest.LOADER.load(new PolicySource("test.yaml", """
                version: 1
                network_policies:
                  api:
                    endpoints:
                      - {host: api.example.com, port: 443, protocol: rest, %s}
                    binaries: [{path: /usr/bin/curl}]
                """.formatted(keys)));
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

    private static List<String> described(List<PolicyProblem> problems) {
        return problems.stream().map(it -> it.path() + ": " + it.message()).toList();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "access: full, rules: [{allow: {method: GET, path: /}}] | access | rules and access are mutually exclusive",
                "enforcement: audit | | protocol requires rules or access to define allowed traffic",
                "rules: [] | rules | rules list cannot be empty (would deny all traffic). Use `access: full` or remove",
                "rules: [{}, {}] | rules | rules would deny all traffic (no allow clause found)",
                "access: full, deny_rules: [] | deny_rules | deny_rules list cannot be empty (would have no effect)",
                "deny_rules: [{method: GET, path: /}] | deny_rules | deny_rules require rules or access to define the base",
                "rules: [{allow: {path: /}}] | rules[0].allow.method | missing (expected: a method such as GET, or *)",
                "rules: [{allow: {method: 'G T', path: /}}] | rules[0].allow.method | 'G T' (expected: a method",
                "rules: [{allow: {method: '', path: /}}] | rules[0].allow.method | '' (expected: a method",
                "rules: [{allow: {method: GET}}] | rules[0].allow.path | missing (expected: a path glob such as /repos/**",
                "rules: [{allow: {method: GET, path: repos}}] | rules[0].allow.path | begins with '/'",
                "rules: [{allow: {method: GET, path: '*'}}] | rules[0].allow.path | begins with '/'",
                "rules: [{allow: {method: GET, path: '/[a'}}] | rules[0].allow.path | unclosed '['",
                "rules: [{allow: {method: GET, path: '/a]'}}] | rules[0].allow.path | unmatched ']'",
                "rules: [{allow: {method: GET, path: '/{a'}}] | rules[0].allow.path | unclosed '{'",
                "rules: [{allow: {method: GET, path: '/a}'}}] | rules[0].allow.path | unmatched '}'",
                "rules: [{allow: {method: GET, path: '/a**'}}] | rules[0].allow.path | not a whole segment",
                "rules: [{allow: {method: GET, path: '/a/../b'}}] | rules[0].allow.path | no request has '/../'",
                "rules: [{allow: {method: GET, path: '/a;b'}}] | rules[0].allow.path | no request has such a path",
                "rules: [{allow: {method: GET, path: '/a%2'}}] | rules[0].allow.path | without two hexadecimal digits",
                "access: full, deny_rules: [{method: GET, path: '/a//b'}] | deny_rules[0].path | no request has '//'",
                "rules: [{allow: {method: GET, path: /, query: {q: '[a'}}}] | rules[0].allow.query.q | unclosed '['",
                "rules: [{allow: {method: GET, path: /, query: {q: {any: []}}}}] | rules[0].allow.query.q.any | ",
                "rules: [{allow: {method: GET, path: /, query: {q: {any: [1]}}}}] | rules[0].allow.query.q.any[0] | ",
                "rules: [{allow: {method: GET, path: /, query: {q: [a]}}}] | rules[0].allow.query.q | ",
                "rules: [{allow: {method: GET, path: /, query: {q: {none: [a]}}}}] | rules[0].allow.query.q.none | ",
                "rules: [{allow: {method: GET, path: /, operation_type: query}}] | rules[0].allow.operation_type | unknown",
                "rules: [{deny: {method: GET, path: /}}] | rules[0].deny | unknown",
                "access: full, deny_rules: [{allow: {method: GET, path: /}}] | deny_rules[0].allow | unknown",
            })
    void refuses(String keys, String place, String message) {
        String path = place == null ? ENDPOINT : ENDPOINT + "." + place;
        assertThat(problems(keys))
                .anySatisfy(it -> assertThat(it).startsWith(path + ": ").contains(message == null ? "" : message));
    }

    @Test
    void reports_all_problems_at_once() {
        assertThat(problems("access: full, rules: [{allow: {path: x}}], deny_rules: []"))
                .hasSize(4);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "access: Read-Only | access | unsupported L7 access preset 'Read-Only' ignored; expected one of: read-only, read-write, full",
                "rules: [{allow: {method: FETCH, path: /}}] | rules[0].allow.method | Unknown HTTP/WebSocket method 'FETCH'. Standard methods:",
                "rules: [{allow: {method: GET, path: /}}, {}] | rules[1] | no allow clause",
                "rules: [{allow: {method: GET, path: /, command: x}}] | rules[0].allow.command | has no meaning for protocol rest",
                "access: full, deny_rules: [{method: GET, path: /, command: x}] | deny_rules[0].command | has no meaning for protocol rest",
            })
    void warns(String keys, String place, String message) {
        assertThat(warnings("enforcement: enforce, " + keys))
                .anySatisfy(it ->
                        assertThat(it).startsWith(ENDPOINT + "." + place + ": ").contains(message));
    }

    @Test
    void what_is_well_written_loads_without_a_word() {
        assertThat(warnings("enforcement: enforce, rules: [{allow: {method: get, path: '/{a,b}/**',"
                        + " query: {q: {any: [x, '**']}}}}], deny_rules: [{method: '*', path: '**/secret'}]"))
                .isEmpty();
    }
}
