package io.openshell.core.decide;

import static io.openshell.core.decide.Rules.endpoint;
import static io.openshell.core.decide.Rules.facts;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.Request;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.api.inspect.UpgradeVerdict;
import io.openshell.api.inspect.Verdict;
import io.openshell.core.decide.Rules.EndpointBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestDecisionTest {

    private static final String HOST = "api.example.com";

    private static EndpointSet set(EndpointBuilder... endpoints) {
        Rules rules = new Rules();
        for (int i = 0; i < endpoints.length; i++) {
            rules.rule("rule" + i, endpoints[i]);
        }
        return ((ConnectionDecision.Allowed) Decisions.connection(rules.index(), facts(HOST, 443))).endpoints();
    }

    private static RequestDecision decide(EndpointSet set, String method, String path) {
        PlannedRequest request = Rules.request(method, path);
        RequestDecision decision = Decisions.request(set, request);
        assertSame(decision, Decisions.explain(set, request));
        return decision;
    }

    private static void assertSame(RequestDecision enforced, RequestDecision explained) {
        assertThat(enforced.trace().steps()).isEmpty();
        assertThat(explained.getClass()).isEqualTo(enforced.getClass());
        assertThat(explained.policyName()).isEqualTo(enforced.policyName());
        assertThat(explained.ruleId()).isEqualTo(enforced.ruleId());
    }

    private static ScriptedInspector rules() {
        return new ScriptedInspector();
    }

    @Test
    void a_rule_allows_and_is_named() {
        RequestDecision decision = decide(set(endpoint(HOST).rest(rules().allows("GET /a"))), "GET", "/a");
        assertThat(decision)
                .isEqualTo(new RequestDecision.Allowed(
                        "rule0", "network_policies.rule0.endpoints[0].rules[0]", Trace.NONE));
        assertThat(decision.forwards()).isTrue();
    }

    @Test
    void what_no_rule_allows_is_denied_or_audited() {
        assertThat(decide(set(endpoint(HOST).rest(rules())), "GET", "/a"))
                .isEqualTo(new RequestDecision.Denied(
                        "rule0", "network_policies.rule0.endpoints[0]", "GET /a not permitted by policy", Trace.NONE));
        RequestDecision audited = decide(set(endpoint(HOST).rest(rules()).audit()), "GET", "/a");
        assertThat(audited).isInstanceOf(RequestDecision.Audited.class);
        assertThat(audited.forwards()).isTrue();
    }

    @Test
    void a_trace_ends_with_what_denies_and_says_when_a_denial_is_only_recorded() {
        assertThat(lastSteps(endpoint(HOST).rest(rules())))
                .containsExactly(
                        "network_policies.rule0.endpoints[0]: denies: none of the endpoints that read this path"
                                + " allows it");
        assertThat(lastSteps(endpoint(HOST).rest(rules()).audit()))
                .last()
                .isEqualTo("network_policies.rule0.endpoints[0].enforcement: matches: audit: the denial is recorded,"
                        + " and the request passes");
        assertThat(lastSteps(endpoint(HOST).path("/api/**").rest(rules())))
                .last()
                .isEqualTo("network_policies.rule0.endpoints[0]: denies: no L7 endpoint path matched request");
    }

    /** All but the first, which is the inspector's or the path's own. */
    private static List<String> lastSteps(EndpointBuilder endpoint) {
        return Decisions.explain(set(endpoint), Rules.request("GET", "/a")).trace().steps().stream()
                .skip(1)
                .map(Trace.Step::toString)
                .toList();
    }

    @Test
    void a_deny_rule_wins_over_the_allow_rule_of_another_entry() {
        RequestDecision decision = decide(
                set(
                        endpoint(HOST).rest(rules().allows("GET /a")),
                        endpoint(HOST).rest(rules().denies("GET /a"))),
                "GET",
                "/a");
        assertThat(decision)
                .isEqualTo(new RequestDecision.Denied(
                        "rule1",
                        "network_policies.rule1.endpoints[0].deny_rules[0]",
                        "GET /a blocked by deny rule",
                        Trace.NONE));
    }

    @Test
    void a_deny_rule_applies_to_the_paths_of_its_endpoint_only() {
        EndpointSet set = set(
                endpoint(HOST).rest(rules().allows("GET /a")),
                endpoint(HOST).path("/b/**").rest(rules().denies("GET /a")));
        assertThat(decide(set, "GET", "/a")).isInstanceOf(RequestDecision.Allowed.class);
    }

    @Test
    void a_broad_rule_of_the_same_protocol_allows_what_a_narrow_one_does_not() {
        EndpointSet set =
                set(endpoint(HOST).path("/api/**").rest(rules()), endpoint(HOST).rest(rules().allows("POST /api/x")));
        assertThat(decide(set, "POST", "/api/x")).isInstanceOf(RequestDecision.Allowed.class);
    }

    @Test
    void a_broad_rule_of_another_protocol_does_not_allow_what_the_narrow_one_refuses() {
        EndpointSet set = set(
                endpoint(HOST).path("/graphql").protocol("graphql", rules()),
                endpoint(HOST).rest(rules().allows("POST /graphql")));
        assertThat(decide(set, "POST", "/graphql")).isInstanceOf(RequestDecision.Denied.class);
    }

    @Test
    void a_deny_rule_of_another_protocol_still_counts() {
        EndpointSet set = set(
                endpoint(HOST).path("/graphql").protocol("graphql", rules().allows("POST /graphql")),
                endpoint(HOST).rest(rules().denies("POST /graphql")));
        assertThat(decide(set, "POST", "/graphql"))
                .isInstanceOfSatisfying(
                        RequestDecision.Denied.class,
                        denied -> assertThat(denied.policyName()).isEqualTo("rule1"));
    }

    @Test
    void what_another_broader_protocol_cannot_read_is_not_its_business() {
        EndpointSet set = set(
                endpoint(HOST).path("/api/**").rest(rules().allows("GET /api/x")),
                endpoint(HOST).protocol("websocket", rules().cannotRead("GET /api/x")));
        assertThat(decide(set, "GET", "/api/x")).isInstanceOf(RequestDecision.Allowed.class);
    }

    @Test
    void two_protocols_for_one_path_are_refused() {
        EndpointSet set = set(
                endpoint(HOST).rest(rules().allows("GET /a")),
                endpoint(HOST).protocol("graphql", rules().allows("GET /a")));
        assertThat(decide(set, "GET", "/a"))
                .isInstanceOfSatisfying(
                        RequestDecision.Unreadable.class,
                        unreadable -> assertThat(unreadable.problem()).contains("by different protocols"));
    }

    @Test
    void what_cannot_be_read_is_refused_in_audit_and_beside_an_allowing_rule() {
        EndpointSet set = set(
                endpoint(HOST).rest(rules().allows("GET /a")).audit(),
                endpoint(HOST).rest(rules().cannotRead("GET /a")).audit());
        RequestDecision decision = decide(set, "GET", "/a");
        assertThat(decision)
                .isEqualTo(new RequestDecision.Unreadable(
                        "rule1", "network_policies.rule1.endpoints[0]", "cannot read GET /a", Trace.NONE));
        assertThat(decision.forwards()).isFalse();
    }

    @Test
    void it_audits_only_if_everyone_concerned_audits() {
        assertThat(decide(
                        set(
                                endpoint(HOST)
                                        .path("/a")
                                        .rest(rules().allows("GET /a"))
                                        .audit(),
                                endpoint(HOST).rest(rules().denies("GET /a"))),
                        "GET",
                        "/a"))
                .isInstanceOf(RequestDecision.Denied.class);
        assertThat(decide(
                        set(
                                endpoint(HOST).rest(rules().denies("GET /a")).audit(),
                                endpoint(HOST).rest(rules()).audit()),
                        "GET",
                        "/a"))
                .isInstanceOf(RequestDecision.Audited.class);
        assertThat(decide(
                        set(endpoint(HOST).rest(rules()).audit(), endpoint(HOST).rest(rules())), "GET", "/a"))
                .as("of two equally narrow endpoints the enforcing one decides")
                .isInstanceOf(RequestDecision.Denied.class);
    }

    @Test
    void a_path_that_no_endpoint_selects_is_denied_even_in_audit() {
        EndpointSet set = set(endpoint(HOST)
                .path("/api/**")
                .rest(rules().allows("GET /other"))
                .audit());
        assertThat(decide(set, "GET", "/other"))
                .isInstanceOfSatisfying(
                        RequestDecision.Denied.class,
                        denied -> assertThat(denied.reason()).isEqualTo("no L7 endpoint path matched request"));
    }

    @Test
    void an_encoded_slash_needs_the_endpoint_it_lands_on() {
        String path = "/api/a%2Fb";
        ScriptedInspector all = rules().allows("GET " + path);
        assertThat(decide(set(endpoint(HOST).rest(all).encodedSlash()), "GET", path))
                .isInstanceOf(RequestDecision.Allowed.class);
        EndpointSet sibling = set(
                endpoint(HOST).path("/other/**").rest(all).encodedSlash(),
                endpoint(HOST).rest(all));
        assertThat(Decisions.allowsEncodedSlash(sibling)).isTrue();
        assertThat(decide(sibling, "GET", path))
                .isInstanceOfSatisfying(
                        RequestDecision.Unreadable.class,
                        unreadable -> assertThat(unreadable.problem()).contains("%2F"));
        assertThat(decide(
                        set(
                                endpoint(HOST).path("/api/**").rest(rules()).encodedSlash(),
                                endpoint(HOST).rest(all)),
                        "GET",
                        path))
                .as("an endpoint without the switch does not allow it")
                .isInstanceOf(RequestDecision.Denied.class);
    }

    @Test
    void an_inspector_that_throws_or_says_nothing_refuses() {
        EndpointSet throwing = set(endpoint(HOST).audit().rest(rules().onCall("GET /a", () -> {
            throw new IllegalStateException("secret");
        })));
        assertThat(decide(throwing, "GET", "/a"))
                .isInstanceOfSatisfying(
                        RequestDecision.Unreadable.class,
                        unreadable ->
                                assertThat(unreadable.problem()).isEqualTo("inspector failed: IllegalStateException"));
        EndpointSet deep = set(endpoint(HOST).rest(rules().onCall("GET /a", () -> {
            throw new StackOverflowError();
        })));
        assertThat(decide(deep, "GET", "/a")).isInstanceOf(RequestDecision.Unreadable.class);
        EndpointSet silent = set(endpoint(HOST).rest(new Silent()));
        assertThat(decide(silent, "GET", "/a")).isInstanceOf(RequestDecision.Unreadable.class);
        EndpointSet needless = set(endpoint(HOST).rest(rules().allows("GET /a").needs(() -> {
            throw new IllegalStateException();
        })));
        assertThat(decide(needless, "GET", "/a")).isInstanceOf(RequestDecision.Unreadable.class);
    }

    /** Breaks its contract. */
    @SuppressWarnings("NullAway")
    private static final class Silent implements RequestInspector {
        @Override
        public BodyNeed bodyNeed(Request head) {
            return BodyNeed.NONE;
        }

        @Override
        public Verdict inspect(Request request) {
            return null;
        }
    }

    @Test
    void the_body_is_asked_for_by_those_who_read_the_path() {
        EndpointSet set = set(
                endpoint(HOST).path("/graphql").protocol("graphql", rules().needs(() -> new BodyNeed.Whole(100))),
                endpoint(HOST).path("/graphql").protocol("graphql", rules().needs(() -> new BodyNeed.Whole(50))),
                endpoint(HOST).path("/graphql").protocol("graphql", rules()),
                endpoint(HOST).rest(rules()));
        assertThat(Decisions.bodyNeed(set, Rules.request("POST", "/graphql"))).isEqualTo(new BodyNeed.Whole(50));
        assertThat(Decisions.bodyNeed(set, Rules.request("POST", "/x"))).isEqualTo(BodyNeed.NONE);
    }

    @Test
    void a_body_that_was_asked_for_and_is_missing_refuses() {
        EndpointSet set = set(endpoint(HOST).rest(rules().allows("POST /a").needs(() -> new BodyNeed.Whole(9))));
        assertThat(decide(set, "POST", "/a")).isInstanceOf(RequestDecision.Unreadable.class);
        assertThat(Decisions.request(set, Rules.request("POST", "/a").withBody(new byte[] {1})))
                .isInstanceOf(RequestDecision.Allowed.class);
    }

    @Test
    void only_who_asked_for_the_body_sees_it() {
        RequestInspector blind = new RequestInspector() {
            @Override
            public BodyNeed bodyNeed(Request head) {
                return BodyNeed.NONE;
            }

            @Override
            public Verdict inspect(Request request) {
                return request.body().isPresent()
                        ? new Verdict.Unreadable("sees a body")
                        : new Verdict.Allowed("access");
            }
        };
        EndpointSet set =
                set(endpoint(HOST).rest(blind), endpoint(HOST).rest(rules().needs(() -> new BodyNeed.Whole(9))));
        assertThat(Decisions.request(set, Rules.request("POST", "/a").withBody(new byte[] {1})))
                .isInstanceOf(RequestDecision.Allowed.class);
    }

    @Test
    void uninspected_connections_let_requests_pass() {
        assertThat(decide(set(endpoint(HOST)), "GET", "/a")).isInstanceOf(RequestDecision.Allowed.class);
    }

    private static UpgradeVerdict.Inspected inspected() {
        return new UpgradeVerdict.Inspected("rules[1]", List.of(), (response, judge) -> {
            throw new IllegalArgumentException("not opened in these tests");
        });
    }

    private static UpgradeDecision upgrade(EndpointSet set) {
        return Decisions.upgrade(set, Rules.request("GET", "/ws").withField("Upgrade", "websocket"));
    }

    @Test
    void an_upgrade_is_decided_by_the_path_s_endpoint() {
        EndpointSet set = set(
                endpoint(HOST).path("/ws").protocol("websocket", rules().upgrades(request -> inspected())),
                endpoint(HOST).rest(rules().upgrades(request -> new UpgradeVerdict.Unread("access"))));
        assertThat(upgrade(set)).isInstanceOfSatisfying(UpgradeDecision.Inspected.class, it -> {
            assertThat(it.ruleId()).isEqualTo("network_policies.rule0.endpoints[0].rules[1]");
            assertThat(it.endpoint().policyName()).isEqualTo("rule0");
        });
    }

    @Test
    void an_upgrade_that_is_read_wins_over_one_that_is_not() {
        EndpointSet set = set(
                endpoint(HOST).protocol("websocket", rules().upgrades(request -> new UpgradeVerdict.Unread("access"))),
                endpoint(HOST).protocol("websocket", rules().upgrades(request -> inspected())));
        assertThat(upgrade(set)).isInstanceOf(UpgradeDecision.Inspected.class);
    }

    @Test
    void a_denied_upgrade_is_refused_even_in_audit() {
        assertThat(upgrade(set(endpoint(HOST).rest(rules()).audit())))
                .isInstanceOfSatisfying(
                        UpgradeDecision.Refused.class,
                        it -> assertThat(it.decision()).isInstanceOf(RequestDecision.Denied.class));
    }

    @Test
    void a_deny_rule_of_another_endpoint_refuses_an_upgrade() {
        EndpointSet set = set(
                endpoint(HOST).path("/ws").protocol("websocket", rules().upgrades(request -> inspected())),
                endpoint(HOST).rest(rules().denies("GET /ws")));
        assertThat(upgrade(set)).isInstanceOf(UpgradeDecision.Refused.class);
    }

    @Test
    void an_upgrade_to_http_2_is_refused_unasked() {
        EndpointSet set = set(endpoint(HOST).rest(rules().upgrades(request -> new UpgradeVerdict.Unread("access"))));
        for (String token : List.of("h2c", "H2C", "websocket, h2c", "HTTP/2.0")) {
            assertThat(Decisions.upgrade(set, Rules.request("GET", "/ws").withField("Upgrade", token)))
                    .as(token)
                    .isInstanceOfSatisfying(
                            UpgradeDecision.Refused.class,
                            it -> assertThat(it.decision()).isInstanceOf(RequestDecision.Unreadable.class));
        }
    }

    @Test
    void the_endpoint_of_a_path_is_the_narrowest() {
        EndpointSet set = set(
                endpoint(HOST).rest(rules()),
                endpoint(HOST).path("/a/**").rest(rules()),
                endpoint(HOST).path("/a/b/**").rest(rules()));
        assertThat(Decisions.endpointFor(set, "/a/b/c").orElseThrow().policyName())
                .isEqualTo("rule2");
        assertThat(Decisions.endpointFor(set, "/a/x").orElseThrow().policyName())
                .isEqualTo("rule1");
        assertThat(Decisions.endpointFor(set, "/x").orElseThrow().policyName()).isEqualTo("rule0");
    }
}
