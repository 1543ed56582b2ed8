package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.testkit.NetworkLab;
import io.openshell.testkit.NetworkLab.RecordedPlace;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Where a name leads is checked too: what the policy calls by name may not lead into the private network. */
@Tag("root")
class AddressesIT {

    private static final String INSIDE = "10.11.12.13";
    private static final String METADATA = "169.254.169.254";

    private static NetworkLab lab;
    private static RecordedPlace web;
    private static List<RecordedPlace> inside;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        lab = NetworkLab.open();
        for (String address : List.of(INSIDE, METADATA, "fd00::1", "64:ff9b::a0b:c0d")) {
            lab.addAddress(address);
        }
        web = lab.record(NetworkLab.WEB_ADDRESS, 80);
        inside = List.of(
                lab.record(INSIDE, 80),
                lab.record(INSIDE, 6443),
                lab.record(METADATA, 80),
                lab.record("fd00::1", 80),
                lab.record("64:ff9b::a0b:c0d", 80));
        lab.name("web.test", NetworkLab.WEB_ADDRESS);
        lab.name("inside.test", INSIDE);
        lab.name("mixed.test", NetworkLab.WEB_ADDRESS, INSIDE);
        lab.name("mixed6.test", NetworkLab.WEB_ADDRESS, "fd00::1");
        lab.name("six.test", "fd00::1");
        lab.name("nat64.test", "64:ff9b::a0b:c0d");
        lab.name("loopback.test", "127.0.0.1");
        lab.name("loopback6.test", "::1");
        lab.name("metadata.test", METADATA);
        lab.name("nothing.test", "0.0.0.0");
        lab.aliasName("alias.test", "inside.test");
    }

    @AfterAll
    static void closeLab() {
        lab.close();
    }

    @BeforeEach
    void forget() throws Exception {
        web.forget();
        for (RecordedPlace place : inside) {
            place.forget();
        }
    }

    @Test
    void names_that_lead_inside_are_refused_and_nothing_inside_hears_of_it() throws Exception {
        List<String> names = List.of(
                "inside.test",
                "mixed.test",
                "mixed6.test",
                "six.test",
                "nat64.test",
                "loopback.test",
                "loopback6.test",
                "metadata.test",
                "nothing.test",
                "alias.test");
        Agent agent = agent(
                names.stream().map(name -> "{host: " + name + ", port: 80}").toList());

        Agent.Outcome outcome = agent.run("/bin/sh", "-c", "for name in " + String.join(" ", names) + """
                ; do
                    curl -sS -w ' %{http_code}\\n' http://$name/
                    curl -sS -w '%{http_connect}\\n' -p http://$name/ 2>/dev/null
                done; true""");

        List<String> lines = outcome.success().lines().toList();
        assertThat(lines).hasSize(2 * names.size());
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            assertThat(lines.get(2 * i)).endsWith(" 403");
            JsonNode body = Events.json(lines.get(2 * i).replaceFirst(" 403$", ""));
            assertThat(body.path("error").asString()).as(name).isEqualTo("ssrf_denied");
            assertThat(body.path("detail").asString()).isEqualTo("GET " + name + ":80 blocked: internal address");
            assertThat(lines.get(2 * i + 1)).isEqualTo("403");
        }
        assertThat(outcome.events().denied())
                .hasSize(2 * names.size())
                .allMatch(event ->
                        event.path("firewall_rule").path("type").asString().equals("ssrf"));
        assertNothingInside();
        assertThat(web.connections()).isZero();
    }

    @Test
    void allowed_ips_permits_what_it_lists_and_nothing_else() throws Exception {
        Agent agent = agent(List.of(
                "{host: inside.test, port: 80, allowed_ips: [10.11.12.0/24]}",
                "{host: six.test, port: 80, allowed_ips: [10.0.0.0/8]}",
                "{host: metadata.test, port: 80, allowed_ips: [10.0.0.0/8]}",
                "{host: web.test, port: 80, allowed_ips: [10.0.0.0/8]}"));

        assertThat(statuses(agent, "inside.test", "six.test", "metadata.test", "web.test"))
                .isEqualTo("200\n403\n403\n403\n");
        assertThat(inside.get(0).text()).startsWith("GET / HTTP/1.1\r\n");
        assertThat(inside.get(0).connections()).isEqualTo(1);
    }

    @Test
    void a_private_address_may_be_declared_itself() throws Exception {
        assertThat(statuses(agent(List.of("{host: " + INSIDE + ", port: 80}")), INSIDE))
                .isEqualTo("200\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {METADATA, "127.0.0.1", "0.0.0.0"})
    void an_address_that_is_always_refused_cannot_be_declared(String address) throws Exception {
        Agent.Outcome outcome = agent(List.of("{host: " + address + ", port: 80}"))
                .run("/usr/bin/curl", "-sS", "-x", "http://10.200.0.1:3128", "--noproxy", "", "http://" + address);

        JsonNode body = Events.json(outcome.success());
        assertThat(body.path("error").asString()).isEqualTo("ssrf_denied");
        assertThat(body.path("detail").asString()).isEqualTo("GET " + address + ":80 blocked: internal address");
        assertThat(outcome.err()).contains("host: this address is always refused, whatever a policy says");
        assertNothingInside();
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.0.0/16", "0.0.0.0/0", "::1", "::ffff:127.0.0.1", "10.0.0.0/33", "ten"})
    void a_list_that_reaches_too_far_starts_nothing(String entry) throws Exception {
        Agent.Outcome outcome = agent(List.of("{host: inside.test, port: 80, allowed_ips: [\"" + entry + "\"]}"))
                .run("/bin/sh", "-c", "echo started");

        assertThat(outcome.status()).isEqualTo(125);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains("allowed_ips").contains(entry);
    }

    @Test
    void a_port_of_a_control_plane_is_refused_even_if_listed() throws Exception {
        Agent agent = agent(List.of("{host: inside.test, port: 6443, allowed_ips: [10.11.12.13]}"));

        assertThat(statuses(agent, "inside.test:6443")).isEqualTo("403\n");
        assertNothingInside();
    }

    @Test
    void an_answer_that_changes_after_the_check_changes_nothing() throws Exception {
        lab.flippingName("flip.test", List.of(List.of(NetworkLab.WEB_ADDRESS), List.of(INSIDE)));

        String statuses = statuses(
                agent(List.of("{host: flip.test, port: 80}")),
                "flip.test/1",
                "flip.test/2",
                "flip.test/3",
                "flip.test/4");

        assertThat(statuses.lines()).hasSize(4).allMatch(status -> status.equals("200") || status.equals("403"));
        assertThat(statuses).contains("200");
        assertNothingInside();
    }

    @Test
    void the_agent_cannot_say_where_a_name_leads() throws Exception {
        Agent.Outcome outcome = agent(List.of("{host: web.test, port: 80}")).run("/bin/sh", "-c", """
                echo '10.11.12.13 web.test' >> /etc/hosts
                mv /etc/hosts /etc/hosts.old
                echo '10.11.12.13 web.test' > /tmp/hosts && mount --bind /tmp/hosts /etc/hosts
                curl -sS http://web.test/""");

        assertThat(outcome.success()).isEqualTo("recorded GET / HTTP/1.1\n");
        assertThat(outcome.err().lines().filter(line -> line.contains("/etc/hosts")))
                .hasSize(3);
        assertThat(web.connections()).isEqualTo(1);
        assertNothingInside();
    }

    @ParameterizedTest
    @CsvSource({
        "web.test, 80, 200, leads to another address than in DNS",
        "inside.test, 80, 200, is in allowed_ips",
        "private.test, 80, 403, is not in allowed_ips",
        "unknown.test, 80, 403, is not in the policy",
    })
    void add_host_says_where_a_name_leads_and_allows_nothing(String name, int port, String status, String why)
            throws Exception {
        Agent agent = agent(List.of(
                        "{host: web.test, port: 80, allowed_ips: [10.11.12.13]}",
                        "{host: inside.test, port: 80, allowed_ips: [10.11.12.13]}",
                        "{host: private.test, port: 80}"))
                .option("--add-host", "web.test:" + INSIDE)
                .option("--add-host", "inside.test:" + INSIDE)
                .option("--add-host", "private.test:" + INSIDE)
                .option("--add-host", "unknown.test:" + NetworkLab.WEB_ADDRESS);
        int asked = lab.queries().size();

        assertThat(statuses(agent, name + ":" + port)).as(why).isEqualTo(status + "\n");
        assertThat(lab.queries()).hasSize(asked);
        assertThat(web.connections()).isZero();
        assertThat(inside.get(0).connections()).isEqualTo(status.equals("200") ? 1 : 0);
    }

    private static String statuses(Agent agent, String... urls) throws Exception {
        return agent.script("for url in " + String.join(" ", urls)
                + "; do curl -sS -o /dev/null -w '%{http_code}\\n' http://$url; done");
    }

    private static void assertNothingInside() throws Exception {
        for (RecordedPlace place : inside) {
            assertThat(place.connections()).isZero();
        }
    }

    private Agent agent(List<String> endpoints) throws Exception {
        return new Agent(lab, folder).policy("""
                  web:
                    endpoints:
                      - %s
                    binaries: [{path: /usr/bin/curl}]
                """.formatted(String.join("\n      - ", endpoints)));
    }
}
