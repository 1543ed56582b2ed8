package io.openshell.plugin.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.config.Compilation;
import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.api.inspect.UpgradeVerdict;
import io.openshell.api.inspect.Verdict;
import io.openshell.api.plugin.EnforcementPlugin;
import io.openshell.core.decide.ConnectionFacts;
import io.openshell.core.decide.PlannedRequest;
import io.openshell.core.match.CoreGlobs;
import io.openshell.plugin.rest.RestOptions.Match;
import io.openshell.plugin.rest.RestOptions.Rule;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestInspectorTest {

    private static final ConnectionFacts FACTS =
            new ConnectionFacts("api.example.com", 443, "/usr/bin/curl", List.of(), List.of());

    private final RequestInspector inspector = inspector();

    private static RequestInspector inspector() {
        RestOptions options = new RestOptions(
                null,
                List.of(new Rule(new Match("GET", "/ws", null, null))),
                List.of(new Match("GET", "/ws/no", null, null)));
        Compilation<ProtocolInspector> compiled = new RuleCompiler(new CoreGlobs()).compile(options);
        return (RequestInspector) ((Compilation.Compiled<ProtocolInspector>) compiled).value();
    }

    private static PlannedRequest upgrade(String method, String path, String... protocols) {
        PlannedRequest request = PlannedRequest.of(FACTS, method, path, Map.of());
        for (String protocol : protocols) {
            request = request.withField("Upgrade", protocol);
        }
        return request;
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "WebSocket", " websocket "})
    void a_handshake_that_a_rule_allows_passes_and_is_not_read(String protocol) {
        assertThat(inspector.inspectUpgrade(upgrade("GET", "/ws", protocol)))
                .isEqualTo(new UpgradeVerdict.Unread("rules[0]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "TLS/1.0", "websocket, h2c", "h2c, websocket", "", "websocket/13", "connect-udp"})
    void no_other_upgrade_passes(String protocol) {
        assertThat(inspector.inspectUpgrade(upgrade("GET", "/ws", protocol)))
                .isInstanceOfSatisfying(
                        UpgradeVerdict.Refused.class,
                        it -> assertThat(it.verdict()).isInstanceOf(Verdict.Unreadable.class));
    }

    @Test
    void two_upgrade_fields_or_none_or_another_method_do_not_pass() {
        for (PlannedRequest request : List.of(
                upgrade("GET", "/ws", "websocket", "websocket"),
                upgrade("GET", "/ws"),
                upgrade("POST", "/ws", "websocket"))) {
            assertThat(inspector.inspectUpgrade(request)).isInstanceOf(UpgradeVerdict.Refused.class);
        }
    }

    @Test
    void a_handshake_that_no_rule_allows_is_refused() {
        assertThat(inspector.inspectUpgrade(upgrade("GET", "/ws/no", "websocket")))
                .isEqualTo(new UpgradeVerdict.Refused(
                        new Verdict.Denied("deny_rules[0]", "GET /ws/no blocked by deny rule")));
        assertThat(inspector.inspectUpgrade(upgrade("GET", "/other", "websocket")))
                .isEqualTo(
                        new UpgradeVerdict.Refused(Verdict.Denied.notPermitted("GET /other not permitted by policy")));
    }

    @Test
    void bodies_are_not_read() {
        assertThat(inspector.bodyNeed(upgrade("POST", "/"))).isEqualTo(BodyNeed.NONE);
    }

    @Test
    void the_plugin_offers_the_protocol_rest() {
        assertThat(new RestPlugin().protocolInspectors())
                .singleElement()
                .satisfies(factory -> assertThat(factory.name()).isEqualTo("rest"));
        assertThat(ServiceLoader.load(EnforcementPlugin.class)).singleElement().isInstanceOf(RestPlugin.class);
    }
}
