package io.openshell.distribution.network;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Programs;
import io.openshell.testkit.NetworkLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stranger's jar in a folder brings a protocol that the core knows nothing of. The server is a real redis. */
@Tag("root")
class RedisPluginIT {

    private static final Path JAR = Path.of(System.getProperty("openshell.example.plugin"));
    private static final String POLICY = """
              cache:
                endpoints:
                  - host: cache.test
                    port: 6379
                    protocol: redis
                    enforcement: enforce
                    rules:
                      - allow: {command: {any: [GET, SET]}, key: "app:*"}
                binaries: [{path: /usr/bin/python3}]
            """;

    private static NetworkLab lab;

    @TempDir
    private static Path plugins;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        lab = NetworkLab.open();
        lab.name("cache.test", NetworkLab.WEB_ADDRESS);
        lab.serve(
                NetworkLab.WEB_ADDRESS,
                6379,
                "redis-server",
                "--bind",
                NetworkLab.WEB_ADDRESS,
                "--protected-mode",
                "no",
                "--save",
                "",
                "--dir",
                lab.folder().toString());
        Files.copy(JAR, plugins.resolve(JAR.getFileName()));
    }

    @AfterAll
    static void closeLab() {
        lab.close();
    }

    @Test
    void an_allowed_command_passes_and_a_denied_one_never_reaches_the_server() throws Exception {
        redis("SET app:greeting hello; SET private:key hidden; CONFIG RESETSTAT");
        Agent agent = new Agent(lab, folder)
                .globalOption("--plugins-dir", plugins.toString())
                .policy(POLICY)
                .file("tunnel.py");

        Agent.Outcome outcome = agent.run(
                "/usr/bin/python3",
                "/sandbox/tunnel.py",
                "cache.test",
                "6379",
                hex("GET app:greeting") + hex("GET private:key") + hex("FLUSHALL") + hex("GET app:greeting"),
                "6");

        assertThat(outcome.success().lines())
                .hasSize(7)
                .containsSequence("$5", "hello")
                .filteredOn(line -> line.startsWith("-NOPERM "))
                .hasSize(2);
        assertThat(outcome.out()).endsWith("$5\nhello\n");
        assertThat(redis("INFO commandstats")).contains("cmdstat_get:calls=2,").doesNotContain("flushall");
        assertThat(redis("GET private:key")).isEqualTo("hidden\n");
        assertThat(outcome.events().denied()).hasSize(2);
        assertThat(outcome.events().text()).contains("FLUSHALL").doesNotContain("private:key");
    }

    @Test
    void the_folder_may_be_named_in_the_environment() throws Exception {
        Agent.Outcome outcome = new Agent(lab, folder)
                .environment("OPENSHELL_PLUGINS_DIR", plugins.toString())
                .policy(POLICY)
                .run("/bin/echo", "started");

        assertThat(outcome.success()).isEqualTo("started\n");
    }

    @Test
    void without_the_plugin_the_policy_is_wrong_and_the_message_names_what_there_is() throws Exception {
        Agent.Outcome outcome = new Agent(lab, folder).policy(POLICY).run("/bin/echo", "started");

        assertThat(outcome.status()).isEqualTo(125);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .contains("policy.yaml:11:")
                .contains(
                        "network_policies.cache.endpoints[0].protocol: unknown protocol 'redis' (expected: one of graphql, rest, websocket;");
    }

    private static String redis(String commands) throws Exception {
        StringBuilder output = new StringBuilder();
        for (String command : commands.split("; ")) {
            output.append(Programs.run(
                    "ip netns exec " + lab.userNamespace() + " redis-cli -h " + NetworkLab.WEB_ADDRESS + " " + command,
                    plugins));
        }
        return output.toString();
    }

    /** A command as a client sends it, in hexadecimal. */
    private static String hex(String command) {
        String[] words = command.split(" ");
        StringBuilder resp = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            resp.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return HexFormat.of().formatHex(resp.toString().getBytes(US_ASCII));
    }
}
