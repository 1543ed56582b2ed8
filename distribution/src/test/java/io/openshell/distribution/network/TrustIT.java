package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.testkit.CertificateLab;
import io.openshell.testkit.NetworkLab;
import io.openshell.testkit.NetworkLab.RecordedPlace;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Whose certificates are believed: the agent's are the sandbox's own, the upstream's are verified outside. */
@Tag("root")
class TrustIT {

    private static final String PUBLIC = "{host: \"*.lab.test\", port: 443, protocol: rest, access: full}";
    private static final String SKIPPED = "{host: \"*.lab.test\", ports: [443, 9000], tls: skip}";

    private static final String UNTRUSTED =
            "TLS handshake with the upstream: unable to find valid certification path to requested target";

    private static TlsLab lab;
    private static RecordedPlace good;
    private static RecordedPlace raw;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        lab = TlsLab.open();
        NetworkLab network = lab.network();
        CertificateLab certificates = lab.certificates();
        lab.name("good.lab.test");
        good = network.recordTls(NetworkLab.WEB_ADDRESS, 443, certificates.issue("good.lab.test"));
        raw = network.record(NetworkLab.WEB_ADDRESS, 9000);
        network.addAddress("93.184.216.41");
        network.name("expired.lab.test", "93.184.216.41");
        network.recordTls("93.184.216.41", 443, certificates.issueExpired("expired.lab.test"));
        network.addAddress("93.184.216.42");
        network.name("wrong.lab.test", "93.184.216.42");
        network.recordTls("93.184.216.42", 443, certificates.issue("right.lab.test"));
        network.addAddress("93.184.216.43");
        network.name("stranger.lab.test", "93.184.216.43");
        network.recordTls("93.184.216.43", 443, CertificateLab.create().issue("stranger.lab.test"));
    }

    @AfterAll
    static void closeLab() {
        lab.close();
    }

    @BeforeEach
    void forget() throws Exception {
        good.forget();
        raw.forget();
    }

    @Test
    void an_upstream_that_nobody_vouches_for_is_a_502_with_the_reason() throws Exception {
        Agent.Outcome outcome = agent(PUBLIC).run("/usr/bin/curl", "-sS", "-i", "https://good.lab.test/");

        assertThat(outcome.success()).contains("HTTP/1.1 502 Bad Gateway\r\n");
        JsonNode body = Events.json(outcome.out().substring(outcome.out().indexOf('{')));
        assertThat(body.path("error").asString()).isEqualTo("upstream_unreachable");
        assertThat(body.path("detail").asString()).isEqualTo("connection to good.lab.test:443 failed");
        assertThat(body.path("reason").asString()).isEqualTo(UNTRUSTED);
        assertThat(good.text()).isEmpty();
    }

    @Test
    void an_authority_of_the_user_is_believed() throws Exception {
        Agent agent = agent(PUBLIC).option("--upstream-ca", lab.authority().toString());

        assertThat(agent.script("curl -sS https://good.lab.test/asked")).isEqualTo("recorded GET /asked HTTP/1.1\n");
    }

    @ParameterizedTest
    @CsvSource({
        "expired, the certificate has expired (NotAfter: ",
        "wrong, No subject alternative DNS name matching wrong.lab.test found.",
        "stranger, unable to find valid certification path to requested target",
    })
    void a_certificate_that_does_not_hold_is_refused(String name, String reason) throws Exception {
        Agent.Outcome outcome = agent(PUBLIC)
                .option("--upstream-ca", lab.authority().toString())
                .run("/usr/bin/curl", "-sS", "-i", "https://" + name + ".lab.test/?token=hush");

        assertThat(outcome.success()).contains("HTTP/1.1 502 Bad Gateway\r\n");
        JsonNode body = Events.json(outcome.out().substring(outcome.out().indexOf('{')));
        assertThat(body.path("reason").asString()).contains(reason);
        assertThat(outcome.events()
                        .where(event -> event.path("message").asString("").contains(reason)))
                .hasSize(1);
        assertThat(outcome.events().text()).doesNotContain("hush");
    }

    @Test
    void the_agent_sees_the_sandboxes_certificate_and_cannot_see_the_upstreams() throws Exception {
        Agent agent = agent(PUBLIC).option("--upstream-ca", lab.authority().toString());
        Files.copy(lab.authority(), agent.workdir().resolve("authority.pem"));

        Agent.Outcome outcome =
                agent.run("/usr/bin/curl", "-sS", "--cacert", "/sandbox/authority.pem", "https://good.lab.test/");

        assertThat(outcome.status()).isEqualTo(60);
        assertThat(good.text()).isEmpty();
    }

    @Test
    void with_tls_skip_the_agent_verifies_the_upstreams_own_certificate() throws Exception {
        Agent agent = agent(SKIPPED);
        Files.copy(lab.authority(), agent.workdir().resolve("authority.pem"));

        assertThat(agent.script("curl -sS --cacert /sandbox/authority.pem https://good.lab.test/asked"))
                .isEqualTo("recorded GET /asked HTTP/1.1\n");
    }

    @Test
    void with_tls_skip_the_sandboxes_authority_is_no_help() throws Exception {
        assertThat(agent(SKIPPED)
                        .run("/usr/bin/curl", "-sS", "https://good.lab.test/")
                        .status())
                .isEqualTo(60);
    }

    @Test
    void with_tls_skip_bytes_pass_as_they_are() throws Exception {
        Agent.Outcome outcome = agent(SKIPPED)
                .file("tunnel.py")
                .run("/usr/bin/python3", "/sandbox/tunnel.py", "good.lab.test", "9000", "00ff160301470a0d0a", "0");

        assertThat(outcome.success()).isEqualTo("HTTP/1.1 200 Connection Established\n");
        assertThat(raw.text()).isEqualTo("\0\u00ff\u0016\u0003\u0001G\n\r\n");
    }

    private Agent agent(String endpoint) throws Exception {
        return new Agent(lab.network(), folder).policy("""
                  web:
                    endpoints: [%s]
                    binaries: [{path: /usr/bin/curl}, {path: /usr/bin/python3}]
                """.formatted(endpoint));
    }
}
