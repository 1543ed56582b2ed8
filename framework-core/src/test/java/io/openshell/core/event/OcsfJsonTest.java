package io.openshell.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OcsfJsonTest {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @Test
    void a_connection_is_a_whole_ocsf_network_activity() {
        assertThat(MAPPER.readTree(Samples.NETWORK
                        .allowed(Samples.GITHUB, Samples.CURL, Samples.ALLOWED)
                        .json()))
                .isEqualTo(MAPPER.readTree("""
                        {"class_uid":4001,"class_name":"Network Activity","category_uid":4,
                         "category_name":"Network Activity","activity_id":1,"activity_name":"Open","type_uid":400101,
                         "type_name":"Network Activity: Open","time":1772625600123,"severity_id":1,
                         "severity":"Informational","status_id":1,"status":"Success","message":"connection allowed",
                         "metadata":{"version":"1.7.0","product":{"name":"OpenShell Sandbox Supervisor",
                          "vendor_name":"OpenShell"},"profiles":["container","host","security_control"]},
                         "device":{"hostname":"%s","os":{"name":"Linux","type_id":200},"type_id":0},
                         "container":{"name":"demo","uid":"sb-1","image":{"name":"debian:13"}},
                         "dst_endpoint":{"domain":"api.github.com","port":443},
                         "actor":{"process":{"name":"/usr/bin/curl","pid":1618,"ancestry":[{"name":"/usr/bin/bash"}]}},
                         "action_id":1,"action":"Allowed","disposition_id":1,"disposition":"Allowed",
                         "connection_info":{"protocol_name":"tcp"},
                         "firewall_rule":{"name":"github","type":"policy","uid":"network_policies.github.endpoints[0]"},
                         "unmapped":{"policy_generation":7,"rule_id":"network_policies.github.endpoints[0]",
                          "binary":"/usr/bin/curl","decision_time_ns":4200}}
                        """.formatted(Device.HOSTNAME)));
    }

    @Test
    void a_denied_request_says_what_was_refused_by_what_and_why() {
        JsonNode json = MAPPER.readTree(Samples.HTTP
                .of(
                        new HttpFacts("PATCH", "https", "10.1.2.3", 8443, "/a"),
                        403,
                        Action.DENIED,
                        Samples.CURL,
                        new Ruling("p", "r", Ruling.L7, "PATCH /a not permitted by policy", 2, 99))
                .json());

        assertThat(json.at("/class_uid").intValue()).isEqualTo(4002);
        assertThat(json.at("/type_uid").intValue()).isEqualTo(400209);
        assertThat(json.at("/severity_id").intValue()).isEqualTo(3);
        assertThat(json.at("/status").stringValue()).isEqualTo("Failure");
        assertThat(json.at("/status_detail").stringValue()).isEqualTo("PATCH /a not permitted by policy");
        assertThat(json.at("/action_id").intValue()).isEqualTo(2);
        assertThat(json.at("/disposition_id").intValue()).isEqualTo(2);
        assertThat(json.at("/dst_endpoint/ip").stringValue()).isEqualTo("10.1.2.3");
        assertThat(json.at("/http_request/url/port").intValue()).isEqualTo(8443);
        assertThat(json.at("/http_response/code").intValue()).isEqualTo(403);
        assertThat(json.at("/firewall_rule/type").stringValue()).isEqualTo("l7");
        assertThat(json.at("/unmapped/policy_generation").intValue()).isEqualTo(2);
        assertThat(json.at("/unmapped/decision_time_ns").intValue()).isEqualTo(99);
    }

    @Test
    void every_class_has_its_number() {
        assertThat(List.of(
                                Samples.PROCESS.exited("agent", 1, 0),
                                Samples.FINDING.detected(Severity.HIGH, "t", "d", Fact.of("n", 3)),
                                Samples.numbered(1),
                                Samples.CONFIG.policyLoaded("m", 1, "h"),
                                Samples.LIFECYCLE.started("x"))
                        .stream()
                        .map(SecurityEvent::classUid)
                        .toList())
                .containsExactly(1007, 2004, 4001, 5019, 6002);
    }

    @Test
    void an_unusual_method_is_the_activity_other() {
        JsonNode json = MAPPER.readTree(Samples.HTTP
                .of(new HttpFacts("PROPFIND", "http", "h", 80, "/"), Action.ALLOWED, Actor.UNKNOWN, Samples.ALLOWED)
                .json());

        assertThat(json.at("/activity_id").intValue()).isEqualTo(99);
        assertThat(json.at("/http_request/http_method").stringValue()).isEqualTo("PROPFIND");
        assertThat(json.has("actor")).isFalse();
    }
}
