package io.openshell.distribution.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.testkit.NetworkLab;
import io.openshell.testkit.NetworkLab.RecordedPlace;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** With no policy there is no way out: one agent tries them all, and each test looks at one. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NothingAllowedIT {

    private static final String ABSTRACT = "openshell-test-of-the-host";
    private static final int UDP_PORT = 9999;

    @TempDir
    private static Path folder;

    private NetworkLab lab;
    private ServerSocketChannel hostSocket;
    private Process listeners;
    private int connections;
    private Agent.Outcome outcome;
    private JsonNode results;

    @BeforeAll
    void an_agent_without_a_policy_tries_everything() throws Exception {
        lab = NetworkLab.open();
        List<RecordedPlace> servers = List.of(
                lab.record(NetworkLab.WEB_ADDRESS, 80),
                lab.record(NetworkLab.WEB_ADDRESS, 443),
                lab.record(NetworkLab.WEB_ADDRESS_6, 80),
                lab.record(NetworkLab.WEB_ADDRESS_6, 443));
        lab.name("www.lab.test", NetworkLab.WEB_ADDRESS, NetworkLab.WEB_ADDRESS_6);
        lab.name("asked.test", NetworkLab.WEB_ADDRESS);
        Path path = Files.createTempDirectory("openshell-host").resolve("socket");
        hostSocket = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
        listeners = listeners();

        outcome = new Agent(lab, folder)
                .file("nothing_allowed.py")
                .run(
                        "/usr/bin/python3",
                        "/sandbox/nothing_allowed.py",
                        NetworkLab.WEB_ADDRESS,
                        NetworkLab.WEB_ADDRESS_6,
                        NetworkLab.DNS_ADDRESS,
                        path.toString(),
                        ABSTRACT,
                        Integer.toString(UDP_PORT));
        results = Events.json(outcome.success());
        for (RecordedPlace server : servers) {
            connections += server.connections();
        }
    }

    @AfterAll
    void close() throws Exception {
        if (listeners != null) {
            listeners.destroy();
        }
        if (hostSocket != null) {
            Path path = ((UnixDomainSocketAddress) hostSocket.getLocalAddress()).getPath();
            hostSocket.close();
            Files.delete(path);
            Files.delete(path.getParent());
        }
        lab.close();
    }

    @ParameterizedTest
    @CsvSource({
        "connect, CONNECT www.lab.test:443 not permitted by policy",
        "connect address, CONNECT 93.184.216.34:443 not permitted by policy",
        "connect IPv6 address, CONNECT [2606:2800:220:1::34]:443 not permitted by policy",
        "absolute form, GET www.lab.test:80/secret not permitted by policy",
    })
    void the_proxy_answers_403_in_json(String attempt, String detail) {
        String answer = outcome(attempt);

        assertThat(answer).startsWith("HTTP/1.1 403 Forbidden\r\n").contains("Content-Type: application/json\r\n");
        JsonNode body = Events.json(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        assertThat(body.path("error").asString()).isEqualTo("policy_denied");
        assertThat(body.path("detail").asString()).isEqualTo(detail);
    }

    @Test
    void a_request_in_origin_form_is_no_request_to_a_proxy() {
        assertThat(outcome("origin form")).startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "raw TCP",
                "raw TCP over IPv6",
                "raw TCP to a mapped address",
                "another port of the gate",
                "UDP",
                "UDP over IPv6",
                "DNS",
                "ICMP",
                "raw ICMP",
                "raw IPv6",
                "system resolver"
            })
    void packets_go_nowhere_and_programs_learn_it_at_once(String attempt) {
        assertThat(outcome(attempt)).matches("(?s)[A-Za-z]*[eE]rror: .*");
        assertThat(results.get(attempt).get("seconds").asDouble()).isLessThan(2);
    }

    @Test
    void nothing_answers_dns_at_the_gate() {
        assertThat(outcome("DNS at the gate")).matches("(?s)[A-Za-z]*(Error|timeout): .*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"packet socket", "netlink socket", "vsock"})
    void other_kinds_of_sockets_cannot_be_made(String attempt) {
        assertThat(outcome(attempt)).matches("PermissionError: .*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abstract unix socket", "path unix socket"})
    void unix_sockets_of_the_host_cannot_be_reached(String attempt) {
        assertThat(outcome(attempt)).matches("[A-Za-z]*Error: .*");
    }

    @Test
    void the_same_sockets_can_be_reached_without_a_sandbox() throws Exception {
        List<String> command = lab.command(
                "/usr/bin/python3",
                "-c",
                "import socket; s = socket.create_connection(('" + NetworkLab.WEB_ADDRESS + "', 80), 5);"
                        + "u = socket.socket(socket.AF_UNIX); u.connect('\\0" + ABSTRACT + "'); print('reached')");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();

        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo("reached\n");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void no_server_was_connected_to() {
        assertThat(connections).isZero();
    }

    @Test
    void no_name_of_the_agent_was_ever_asked_for() throws Exception {
        assertThat(lab.queries()).isEmpty();
    }

    @Test
    void every_refusal_by_the_proxy_is_an_event() {
        assertThat(outcome.events().denied()).hasSize(5);
        assertThat(outcome.events().allowed()).isEmpty();
    }

    private String outcome(String attempt) {
        return results.get(attempt).get("outcome").asString();
    }

    /** An abstract socket where the supervisor runs: it is of that network namespace. */
    private Process listeners() throws Exception {
        Process process = new ProcessBuilder(lab.command(
                        "/usr/bin/python3",
                        "-c",
                        "import socket, time; s = socket.socket(socket.AF_UNIX); s.bind('\\0" + ABSTRACT
                                + "'); s.listen(); print('ready', flush=True); time.sleep(600)"))
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
        return process;
    }
}
