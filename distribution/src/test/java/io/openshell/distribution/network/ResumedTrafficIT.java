package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Lines;
import io.openshell.distribution.Programs;
import io.openshell.testkit.NetworkLab;
import io.openshell.testkit.NetworkLab.RecordedPlace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of requests, trust and decisions when openshell is killed and resumed. */
@Tag("root")
class ResumedTrafficIT {

    private static TlsLab lab;
    private static RecordedPlace upstream;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        lab = TlsLab.open();
        lab.serve(TlsLab.PYTHON, "stream_server.py", List.of("stream.lab.test"));
        upstream = lab.network().record(NetworkLab.WEB_ADDRESS, 80);
    }

    @AfterAll
    static void closeLab() {
        lab.close();
    }

    @Test
    void a_stream_is_cut_off_the_next_request_waits_and_is_served_with_the_same_authority() throws Exception {
        Agent agent = agent().option("--add-host", "stream.lab.test:" + NetworkLab.WEB_ADDRESS)
                .policy("""
                          stream:
                            endpoints:
                              - {host: stream.lab.test, port: 443, protocol: rest, enforcement: enforce, access: full}
                            binaries: [{path: /usr/bin/curl}]
                        """);
        Agent.Running first = agent.start("/bin/sh", "-c", """
                sha256sum < /etc/openshell-tls/openshell-ca.pem
                exec 3>&1
                { curl -sSN --limit-rate 1M 'https://stream.lab.test/zeros?bytes=1000000000'; echo "first $?" >&3; } |
                  { head -c 100000 > /dev/null; echo began; cat > /dev/null; }
                curl -sS -m 100 -o /dev/null -w '%{http_code} %{ssl_verify_result}\\n' 'https://stream.lab.test/zeros?bytes=9'
                sha256sum < /etc/openshell-tls/openshell-ca.pem
                exit 11
                """);
        Lines lines = first.lines();
        String certificate = lines.next();
        assertThat(lines.next()).isEqualTo("began");
        kill(first);
        assertThat(lines.next()).as("exit status of a curl that was cut off").matches("first (18|56)");

        Agent.Outcome outcome = agent.resume("box").outcome();

        assertThat(lines.next()).isEqualTo("200 0");
        assertThat(lines.next()).isEqualTo(certificate);
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(11);
        assertThat(outcome.events().text()).contains("resumed");
        Set<Integer> generations = outcome.events().allowed().stream()
                .map(event -> event.path("unmapped").path("policy_generation").asInt())
                .filter(generation -> generation != 0)
                .collect(Collectors.toSet());
        assertThat(generations).containsExactly(1);
    }

    @Test
    void a_binary_that_was_replaced_meanwhile_is_denied_and_one_that_was_not_is_allowed() throws Exception {
        upstream.forget();
        Agent agent = web("/sandbox/allowed", "/sandbox/second");
        Agent.Running first = agent.start("/bin/sh", "-c", """
                ./allowed ask; ./second ask; echo up
                read line
                cp allowed other && echo changed >> other && mv other allowed && echo replaced
                read line
                ./allowed ask; ./second ask; exit 12
                """);
        Lines lines = first.lines();
        assertThat(lines.next()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(lines.next()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(lines.next()).isEqualTo("up");
        kill(first);
        lines.say("replace");
        assertThat(lines.next()).isEqualTo("replaced");

        Agent.Running resumed = agent.resume("box");
        lines.say("ask");
        Agent.Outcome outcome = resumed.outcome();

        assertThat(lines.next()).isEqualTo("HTTP/1.1 403 Forbidden");
        assertThat(lines.next()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(12);
        assertThat(outcome.events().text()).contains("Binary integrity violation: /sandbox/allowed hash changed");
        assertThat(upstream.connections()).isEqualTo(3);
    }

    @Test
    void a_link_of_the_policy_that_the_agent_has_changed_meanwhile_leads_where_it_led() throws Exception {
        Agent agent = web("/sandbox/first");
        Programs.run("ln -s allowed first", agent.workdir());
        Agent.Running first = agent.start("/bin/sh", "-c", """
                ./first ask; ln -sf second first; echo up
                read line
                ./first ask; ./allowed ask
                """);
        Lines lines = first.lines();
        assertThat(lines.next()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(lines.next()).isEqualTo("up");
        kill(first);

        Agent.Running resumed = agent.resume("box");
        lines.say("ask");
        assertThat(resumed.outcome().status()).isZero();

        assertThat(lines.next()).isEqualTo("HTTP/1.1 403 Forbidden");
        assertThat(lines.next()).isEqualTo("HTTP/1.1 200 OK");
    }

    private static void kill(Agent.Running running) throws InterruptedException {
        running.process().toHandle().destroyForcibly();
        assertThat(running.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    private Agent web(String... binaries) throws Exception {
        Agent agent = agent().option("--add-host", "www.lab.test:" + NetworkLab.WEB_ADDRESS)
                .policy("""
                          web:
                            endpoints: [{host: www.lab.test, port: 80}]
                            binaries: [%s]
                        """.formatted(Set.of(binaries).stream()
                        .map("{path: \"%s\"}"::formatted)
                        .collect(Collectors.joining(", "))))
                .compiled("share_socket.c");
        Programs.run("cp share_socket allowed && cp share_socket second", agent.workdir());
        return agent;
    }

    private Agent agent() throws Exception {
        Path runtime = Files.createDirectory(folder.resolve("runtime"));
        return lab.agent(folder)
                .environment("XDG_RUNTIME_DIR", runtime.toString())
                .outlasting()
                .option("--name", "box");
    }
}
