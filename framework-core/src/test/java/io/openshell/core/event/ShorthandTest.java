package io.openshell.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShorthandTest {

    @Test
    void an_allowed_connection_names_actor_destination_and_rule_and_no_reason() {
        assertThat(Samples.NETWORK
                        .allowed(Samples.GITHUB, Samples.CURL, Samples.ALLOWED)
                        .shorthand())
                .isEqualTo("NET:OPEN [INFO] ALLOWED /usr/bin/curl(1618) -> api.github.com:443"
                        + " [policy:github engine:policy]");
    }

    @Test
    void a_denied_connection_ends_with_the_reason() {
        SecurityEvent event = Samples.NETWORK.denied(
                Samples.GITHUB,
                Samples.CURL,
                Samples.denied("endpoint api.github.com:443 is not allowed by any policy"));

        assertThat(event.shorthand())
                .isEqualTo("NET:OPEN [MED] DENIED /usr/bin/curl(1618) -> api.github.com:443 [policy:- engine:policy]"
                        + " [reason:endpoint api.github.com:443 is not allowed by any policy]");
    }

    @Test
    void a_denial_without_a_reason_falls_back_to_the_message() {
        assertThat(Samples.NETWORK
                        .denied(Samples.GITHUB, Actor.UNKNOWN, Samples.denied(""))
                        .shorthand())
                .isEqualTo(
                        "NET:OPEN [MED] DENIED api.github.com:443 [policy:- engine:policy] [reason:connection denied]");
    }

    @Test
    void a_long_reason_is_cut_after_80_characters_and_never_within_one() {
        String reason = "x".repeat(79) + "😀 and more";

        assertThat(Samples.NETWORK
                        .denied(Samples.GITHUB, Actor.UNKNOWN, Samples.denied(reason))
                        .shorthand())
                .endsWith("[reason:" + "x".repeat(79) + "...]");
        assertThat(Samples.NETWORK
                        .denied(Samples.GITHUB, Actor.UNKNOWN, Samples.denied("y".repeat(80)))
                        .shorthand())
                .endsWith("[reason:" + "y".repeat(80) + "]");
    }

    @Test
    void a_failed_connection_shows_its_message_cut_after_120_characters() {
        assertThat(Samples.NETWORK
                        .failed(Samples.GITHUB, Samples.CURL, "z".repeat(121))
                        .shorthand())
                .isEqualTo("NET:FAIL [LOW] /usr/bin/curl(1618) -> api.github.com:443 [msg:" + "z".repeat(120) + "...]");
    }

    @Test
    void a_judged_message_names_the_protocol() {
        Ruling ruling = new Ruling("cache", "", Ruling.engineOf("redis"), "SET not permitted by policy", 1, 10);

        assertThat(Samples.NETWORK
                        .judged(new Destination("::1", 6379), Samples.CURL, "redis", "SET", Action.OBSERVED, ruling)
                        .shorthand())
                .isEqualTo("NET:TRAFFIC [LOW] OBSERVED /usr/bin/curl(1618) -> [::1]:6379/redis"
                        + " [policy:cache engine:l7-redis] [reason:SET not permitted by policy]");
    }

    @Test
    void a_connection_around_the_proxy_names_what_carried_it_and_why_it_was_refused() {
        assertThat(Samples.NETWORK
                        .bypassed(new BypassAttempt(Samples.CURL, new Destination("8.8.8.8", 53), "udp", 7))
                        .shorthand())
                .isEqualTo(
                        "NET:REFUSE [MED] DENIED /usr/bin/curl(1618) -> 8.8.8.8:53/udp"
                                + " [policy:bypass-detect engine:netns] [reason:direct connection bypassed HTTP CONNECT proxy]");
    }

    @Test
    void a_request_is_shown_with_its_url_and_the_default_port_left_out() {
        HttpFacts request = new HttpFacts("GET", "https", "api.github.com", 443, "/repos/a");
        HttpFacts elsewhere = new HttpFacts("POST", "http", "::1", 8080, "/a");

        assertThat(Samples.HTTP
                        .of(request, Action.ALLOWED, Samples.CURL, Samples.ALLOWED)
                        .shorthand())
                .isEqualTo("HTTP:GET [INFO] ALLOWED /usr/bin/curl(1618) -> GET https://api.github.com/repos/a"
                        + " [policy:github engine:policy]");
        assertThat(Samples.HTTP
                        .of(elsewhere, Action.DENIED, Actor.UNKNOWN, Samples.denied("no"))
                        .shorthand())
                .isEqualTo("HTTP:POST [MED] DENIED POST http://[::1]:8080/a [policy:- engine:policy] [reason:no]");
    }

    @Test
    void a_query_or_fragment_is_never_shown() {
        for (String path : List.of("/a?token=s3cret", "/a#s3cret")) {
            SecurityEvent event = Samples.HTTP.of(
                    new HttpFacts("GET", "https", "h.example", 443, path),
                    Action.ALLOWED,
                    Samples.CURL,
                    Samples.ALLOWED);

            assertThat(event.shorthand()).contains("https://h.example/a ").doesNotContain("s3cret");
            assertThat(event.json()).contains("\"path\":\"/a\"").doesNotContain("s3cret");
        }
    }

    @Test
    void processes_findings_configuration_and_life_cycle_have_their_own_shapes() {
        assertThat(Samples.PROCESS.launched("agent", 12, "/usr/bin/node").shorthand())
                .isEqualTo("PROC:LAUNCH [INFO] agent(12) [cmd:/usr/bin/node]");
        assertThat(Samples.PROCESS.exited("agent", 12, 137).shorthand())
                .isEqualTo("PROC:TERMINATE [INFO] agent(12) [exit:137]");
        assertThat(Samples.FINDING
                        .blocked(Severity.CRITICAL, "A \"quoted\" title", "detail")
                        .shorthand())
                .isEqualTo("FINDING:BLOCKED [CRIT] \"A \\\"quoted\\\" title\" [confidence:high]");
        assertThat(Samples.FINDING.suspected(Severity.HIGH, "t", "d").shorthand())
                .isEqualTo("FINDING:DETECTED [HIGH] \"t\"");
        assertThat(Samples.CONFIG.policyLoaded("Policy loaded", 3, "abc").shorthand())
                .isEqualTo("CONFIG:LOADED [INFO] Policy loaded [version:3 hash:abc]");
        assertThat(Samples.CONFIG.of(ConfigState.FAILED, "Policy refused").shorthand())
                .isEqualTo("CONFIG:FAILED [MED] Policy refused");
        assertThat(Samples.LIFECYCLE.started("openshell-supervisor").shorthand())
                .isEqualTo("LIFECYCLE:START [INFO] openshell-supervisor success");
        assertThat(Samples.LIFECYCLE.died("openshell-launcher", "killed").shorthand())
                .isEqualTo("LIFECYCLE:STOP [HIGH] openshell-launcher failure [reason:killed]");
    }

    @Test
    void one_object_renders_once() {
        SecurityEvent event = Samples.numbered(1);

        assertThat(event.shorthand()).isSameAs(event.shorthand());
        assertThat(event.json()).isSameAs(event.json());
        assertThat(event).hasToString(event.shorthand());
    }
}
