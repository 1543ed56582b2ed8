package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Lines;
import io.openshell.testkit.NetworkLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A policy's file changes while the agent has connections open. */
@Tag("root")
class WatchedPolicyIT {

    private static final String WEBSOCKET = """
              chat:
                endpoints: [{host: ws.lab.test, port: 443, protocol: websocket, enforcement: enforce, access: full}]
                binaries: [{path: /usr/bin/python3}]
            """;

    private static TlsLab lab;
    private static Path log;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        lab = TlsLab.open();
        log = lab.folder().resolve("ws.log");
        lab.name("ws.lab.test", "kept.lab.test", "removed.lab.test", "added.lab.test");
        lab.serve(TlsLab.PYTHON, "websocket_server.py", List.of("ws.lab.test"), log);
        lab.network().record(NetworkLab.WEB_ADDRESS, 80);
    }

    @AfterAll
    static void closeLab() {
        lab.close();
    }

    @Test
    void what_a_new_file_says_holds_for_all_that_is_open_and_a_broken_one_changes_nothing() throws Exception {
        Agent agent = agent();
        Path policy = configMap(agent.policyText(WEBSOCKET + web("kept", "/old") + web("removed", "/**")));
        Agent.Running running = agent.conversing()
                .option("--policy", policy.toString())
                .start("/usr/bin/python3", "/sandbox/conversing_client.py");
        Lines lines = running.lines();
        assertThat(ask(lines, "ws")).isEqualTo("echo: hello");
        assertThat(ask(lines, "get kept.lab.test /old")).isEqualTo("200");
        assertThat(ask(lines, "get removed.lab.test /")).isEqualTo("200");
        assertThat(ask(lines, "new added.lab.test /")).isEqualTo("connect 403");

        nextData(agent.policyText(WEBSOCKET + web("kept", "/old") + "  broken: {endpoints: 1}\n"));
        awaitEvent("Policy not reloaded");
        assertThat(ask(lines, "say still")).isEqualTo("echo: still");
        assertThat(ask(lines, "get removed.lab.test /")).isEqualTo("200");

        String next = WEBSOCKET + web("kept", "/new") + web("added", "/**");
        nextData(agent.policyText(next).replace("/tmp,", "/tmp, /var/tmp,"));
        awaitEvent("filesystem_policy.read_write: /var/tmp (expected: not listed");
        assertThat(ask(lines, "get removed.lab.test /")).isEqualTo("200");

        nextData(agent.policyText(next));
        assertThat(ask(lines, "closed")).isEqualTo("1012 policy replaced");
        assertThat(ask(lines, "get kept.lab.test /new")).isEqualTo("200");
        assertThat(ask(lines, "get removed.lab.test /")).isEqualTo("ended");
        assertThat(ask(lines, "new removed.lab.test /")).isEqualTo("connect 403");
        assertThat(ask(lines, "new added.lab.test /")).isEqualTo("200");
        assertThat(ask(lines, "get kept.lab.test /old")).isEqualTo("403");
        assertThat(ask(lines, "ws")).isEqualTo("echo: hello");
        lines.say("end");
        Agent.Outcome outcome = running.outcome();

        assertThat(outcome.status()).as("%s", outcome).isZero();
        assertThat(Files.readString(log)).contains("\"closed\": 1012, \"reason\": \"policy replaced\"");
        assertThat(outcome.events().text())
                .contains("Policy change detected", "Policy reloaded successfully", "Policy refused")
                .contains("network_policies.broken.endpoints");
    }

    @Test
    void a_supervisor_that_comes_back_knows_the_policy_that_took_over_and_follows_the_file_on() throws Exception {
        Agent agent = agent();
        Path policy = Files.writeString(folder.resolve("watched.yaml"), agent.policyText(web("kept", "/1")));
        Agent.Running first = agent.outlasting()
                .environment(
                        "XDG_RUNTIME_DIR",
                        Files.createDirectory(folder.resolve("runtime")).toString())
                .option("--name", "followed")
                .option("--policy", policy.toString())
                .start("/usr/bin/python3", "/sandbox/conversing_client.py");
        Lines lines = first.lines();
        assertThat(ask(lines, "new kept.lab.test /1")).isEqualTo("200");
        rename(agent.policyText(web("kept", "/2")), policy);
        awaitEvent("Policy reloaded successfully");
        assertThat(ask(lines, "new kept.lab.test /2")).isEqualTo("200");
        first.process().toHandle().destroyForcibly();
        assertThat(first.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
        rename(agent.policyText(web("kept", "/3")), policy);

        Agent.Running resumed = agent.resume("followed");

        awaitEvent("\"resumed\"");
        awaitEvent("\"version\":\"3\"");
        assertThat(ask(lines, "new kept.lab.test /3")).isEqualTo("200");
        assertThat(ask(lines, "new kept.lab.test /2")).isEqualTo("403");
        lines.say("end");
        Agent.Outcome outcome = resumed.outcome();
        assertThat(outcome.status()).as("%s", outcome).isZero();
        assertThat(outcome.events()
                        .where(event -> event.path("message").asString("").startsWith("Policy ")))
                .extracting(event -> event.path("message").asString() + " "
                        + event.at("/unmapped/version").asString(""))
                .containsExactly(
                        "Policy loaded 1",
                        "Policy change detected 1",
                        "Policy reloaded successfully 2",
                        "Policy loaded 2",
                        "Policy change detected 2",
                        "Policy reloaded successfully 3");
    }

    @Test
    void a_file_that_the_agent_could_change_is_not_followed() throws Exception {
        Agent agent = agent();
        Path policy = Files.writeString(agent.workdir().resolve("policy.yaml"), agent.policyText(web("kept", "/**")));
        Agent.Outcome outcome = agent.option("--policy", policy.toString()).run("true");

        assertThat(outcome.status()).isEqualTo(125);
        assertThat(outcome.err()).contains("--watch-policy: " + policy + ": can be changed through " + agent.workdir());
    }

    private Agent agent() throws Exception {
        return lab.agent(folder).file("conversing_client.py").flag("--watch-policy");
    }

    private static String web(String name, String path) {
        return """
                  %s:
                    endpoints:
                      - host: %s.lab.test
                        port: 80
                        protocol: rest
                        enforcement: enforce
                        rules: [{allow: {method: GET, path: "%s"}}]
                    binaries: [{path: /usr/bin/python3}]
                """.formatted(name, name, path);
    }

    private static String ask(Lines lines, String question) throws Exception {
        lines.say(question);
        return lines.next();
    }

    /** A folder as Kubernetes makes it of a config map: a link to a link, of which the second is replaced. */
    private Path configMap(String text) throws Exception {
        Path map = Files.createDirectory(folder.resolve("map"));
        nextData(text);
        return Files.createSymbolicLink(map.resolve("policy.yaml"), Path.of("..data/policy.yaml"));
    }

    private void nextData(String text) throws Exception {
        Path map = folder.resolve("map");
        Path data = Files.createTempDirectory(map, "..data");
        Files.writeString(data.resolve("policy.yaml"), text);
        Path link = Files.createSymbolicLink(map.resolve("..new"), data.getFileName());
        Files.move(link, map.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private void rename(String text, Path to) throws Exception {
        Files.move(Files.writeString(folder.resolve("next.yaml"), text), to, StandardCopyOption.ATOMIC_MOVE);
    }

    private void awaitEvent(String text) throws Exception {
        Path events = folder.resolve("events.jsonl");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!Files.exists(events) || !Files.readString(events).contains(text)) {
            assertThat(System.nanoTime()).as(text).isLessThan(deadline);
            Thread.sleep(50);
        }
    }
}
