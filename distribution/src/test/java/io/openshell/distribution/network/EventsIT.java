package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.testkit.NetworkLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is written down of an allowed and a denied request: who, what, by which rule, and never a secret. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventsIT {

    private static final List<String> SECRETS =
            List.of("in-the-query", "in-a-header", "in-the-body", "in-the-variable");

    @TempDir
    private static Path folder;

    private TlsLab lab;
    private Agent.Outcome outcome;
    private String shorthand;

    @BeforeAll
    void an_agent_asks_for_what_is_allowed_and_for_what_is_not() throws Exception {
        lab = TlsLab.open();
        lab.name("www.lab.test");
        lab.network().recordTls(NetworkLab.WEB_ADDRESS, 443, lab.certificates().issue("www.lab.test"));
        outcome = lab.agent(folder)
                .option("--env", "TOKEN=in-the-variable")
                .option("--name", "written-down")
                .policy("""
                          web:
                            name: the web
                            endpoints:
                              - host: www.lab.test
                                port: 443
                                protocol: rest
                                enforcement: enforce
                                rules:
                                  - allow: {method: GET, path: /one}
                                  - allow: {method: POST, path: /two}
                            binaries: [{path: /usr/bin/curl}]
                        """)
                .run("/bin/sh", "-c", """
                        curl -sS -H 'Authorization: Bearer in-a-header' -d in-the-body 'https://www.lab.test/two?q=in-the-query'
                        curl -sS -H "Authorization: Bearer $TOKEN" -d in-the-body 'https://www.lab.test/three?q=in-the-query'
                        curl -sS "https://www.lab.test:8443/four?q=in-the-query"
                        curl -sS "http://in-the-variable:in-a-header@www.lab.test/five?q=in-the-query"
                        true""");
        try (var logs = Files.walk(folder.resolve("state"))) {
            shorthand = Files.readString(
                    logs.filter(Files::isRegularFile).findFirst().orElseThrow());
        }
    }

    @AfterAll
    void close() {
        lab.close();
    }

    @Test
    void an_allowed_request_names_rule_generation_and_binary() {
        JsonNode event = http("/two");

        assertThat(event.path("class_uid").asInt()).isEqualTo(4002);
        assertThat(event.path("type_uid").asInt()).isEqualTo(400206);
        assertThat(event.path("disposition").asString()).isEqualTo("Allowed");
        assertThat(event.path("http_request").path("http_method").asString()).isEqualTo("POST");
        assertThat(event.path("http_request").path("url").toString())
                .contains("\"hostname\":\"www.lab.test\"")
                .contains("\"scheme\":\"https\"");
        assertThat(event.path("firewall_rule").path("name").asString()).isEqualTo("web");
        assertDecided(event, "network_policies.web.endpoints[0].rules[1]");
    }

    @Test
    void a_denied_request_names_the_endpoint_and_the_reason() {
        JsonNode event = http("/three");

        assertThat(event.path("disposition").asString()).isEqualTo("Blocked");
        assertThat(event.path("status_detail").asString()).contains("POST /three not permitted by policy");
        assertDecided(event, "network_policies.web.endpoints[0]");
    }

    @Test
    void a_denied_connection_says_where_it_should_have_gone() {
        List<JsonNode> denied = outcome.events().denied().stream()
                .filter(event -> event.path("dst_endpoint").path("port").asInt() == 8443)
                .toList();

        assertThat(denied).hasSize(1);
        assertThat(denied.getFirst().path("class_uid").asInt()).isEqualTo(4001);
        assertThat(denied.getFirst().path("dst_endpoint").path("domain").asString())
                .isEqualTo("www.lab.test");
        assertThat(denied.getFirst().path("unmapped").path("binary").asString()).isEqualTo("/usr/bin/curl");
    }

    @Test
    void every_event_says_which_sandbox_it_is_of() {
        assertThat(outcome.events().all())
                .hasSizeGreaterThan(5)
                .allMatch(
                        event -> event.path("container").path("name").asString().equals("written-down"))
                .allMatch(event ->
                        event.path("metadata").path("version").asString().equals("1.7.0"));
    }

    @Test
    void the_daily_log_says_the_same_in_short() {
        assertThat(shorthand.lines())
                .anyMatch(line -> line.matches("\\S+Z OCSF HTTP:POST \\[INFO] ALLOWED /usr/bin/curl\\(\\d+\\) -> "
                        + "POST https://www\\.lab\\.test/two \\[policy:web engine:l7].*"))
                .anyMatch(line -> line.matches("\\S+Z OCSF HTTP:POST \\[MED] DENIED /usr/bin/curl\\(\\d+\\) -> "
                        + "POST https://www\\.lab\\.test/three \\[policy:web engine:l7] \\[reason:.*"))
                .anyMatch(line -> line.matches(
                        "\\S+Z OCSF NET:OPEN \\[MED] DENIED /usr/bin/curl\\(\\d+\\) -> " + "www\\.lab\\.test:8443 .*"));
    }

    @Test
    void no_secret_is_in_an_event_or_a_log_or_a_message() {
        assertThat(outcome.events().text()).doesNotContain(SECRETS);
        assertThat(shorthand).doesNotContain(SECRETS);
        assertThat(outcome.err()).doesNotContain(SECRETS);
        assertThat(outcome.out()).doesNotContain(SECRETS.subList(1, SECRETS.size()));
    }

    @Test
    void only_the_user_may_read_the_log() throws Exception {
        assertThat(Files.getPosixFilePermissions(folder.resolve("state/openshell"))
                        .toString())
                .doesNotContain("GROUP")
                .doesNotContain("OTHERS");
    }

    private JsonNode http(String path) {
        List<JsonNode> events = outcome.events()
                .where(event -> event.path("http_request")
                        .path("url")
                        .path("path")
                        .asString("")
                        .equals(path));
        assertThat(events).hasSize(1);
        return events.getFirst();
    }

    private static void assertDecided(JsonNode event, String rule) {
        assertThat(event.path("unmapped").path("rule_id").asString()).isEqualTo(rule);
        assertThat(event.path("unmapped").path("policy_generation").asInt()).isEqualTo(1);
        assertThat(event.path("unmapped").path("binary").asString()).isEqualTo("/usr/bin/curl");
        assertThat(event.path("unmapped").path("decision_time_ns").asLong()).isPositive();
        assertThat(event.path("actor").path("process").path("name").asString()).isEqualTo("/usr/bin/curl");
    }
}
