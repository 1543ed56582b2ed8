package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Programs;
import io.openshell.testkit.NetworkLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A server that gives back the key that it was sent, in every way that it can think of, and an agent that asks for it. */
@Tag("root")
class EchoIT {

    private static final String WS_ADDRESS = "93.184.216.35";
    private static final String WS_HOST = "ws.lab.test";
    private static final String[] HOSTS = {"default.lab.test", "block.lab.test", "redact.lab.test", "allow.lab.test"};
    private static final String PATHS = "raw base64 url json header chunks";

    /** Says for each host and path what curl saw, in one line, and how it ended. */
    private static final String ASK = """
            ask() { for path in $2; do
              seen=$(curl -sS -i --suppress-connect-headers -m 20 -w ' %{exitcode}' -H "X-Api-Key: $API_KEY" "$1/$path" 2>/dev/null | tr '\\r\\n\\0' '   ')
              echo "$1/$path $seen"; done; }
            """;

    private static TlsLab lab;
    private static Path log;

    private final Canary canary = new Canary();
    private final String secret = canary.secret("");

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        lab = TlsLab.open();
        lab.name(HOSTS);
        NetworkLab network = lab.network();
        network.addAddress(WS_ADDRESS);
        network.name(WS_HOST, WS_ADDRESS);
        log = lab.folder().resolve("echo.log");
        List<String> certificate = lab.certificate(
                Stream.concat(Stream.of(HOSTS), Stream.of(WS_HOST)).toList());
        String chain = certificate.getFirst();
        String key = certificate.getLast();
        network.serve(
                NetworkLab.WEB_ADDRESS,
                80,
                "/usr/bin/python3",
                Programs.copy("/network/echo_server.py", lab.folder()).toString(),
                NetworkLab.WEB_ADDRESS,
                chain,
                key,
                log.toString());
        network.serve(
                WS_ADDRESS,
                443,
                "/usr/bin/python3",
                Programs.copy("/network/websocket_server.py", lab.folder()).toString(),
                WS_ADDRESS,
                "443",
                chain,
                key,
                log.toString());
    }

    @AfterAll
    static void closeLab() {
        lab.close();
    }

    @BeforeEach
    void forget() throws Exception {
        Files.deleteIfExists(log);
    }

    private Agent agent(String... bindings) throws Exception {
        Agent agent = lab.agent(folder).environment("API_KEY", secret);
        for (String binding : bindings) {
            agent.option("--credential", "API_KEY@" + binding);
        }
        return agent;
    }

    private Agent asking(String... bindings) throws Exception {
        return agent(bindings).policy("""
                  api:
                    endpoints:
                      - {host: default.lab.test, ports: [80, 443], protocol: rest, enforcement: enforce, access: full}
                      - {host: block.lab.test, ports: [80, 443], protocol: rest, enforcement: enforce, access: full,
                         credential_echo: block}
                      - {host: redact.lab.test, ports: [80, 443], protocol: rest, enforcement: enforce, access: full,
                         credential_echo: redact}
                      - {host: allow.lab.test, ports: [80, 443], protocol: rest, enforcement: enforce, access: full,
                         credential_echo: allow}
                    binaries: [{path: /usr/bin/curl}]
                """);
    }

    /** What curl saw, by the URL without its scheme. */
    private static Map<String, String> seen(Agent.Outcome outcome) {
        Map<String, String> seen = new TreeMap<>();
        outcome.success().lines().forEach(line -> {
            String[] parts = line.split(" ", 2);
            seen.put(parts[0].replaceFirst("https?://", ""), parts[1]);
        });
        return seen;
    }

    /** Neither the agent nor any record has the secret, in any form; the server had it each time. */
    private void assertKept(Agent.Outcome outcome, int requests) throws Exception {
        assertThat(canary.in(outcome.out())).as("%s", outcome.out()).isEmpty();
        assertThat(canary.in(outcome.err())).isEmpty();
        assertThat(canary.in(outcome.events().text())).isEmpty();
        assertThat(Files.readAllLines(log).stream().filter(line -> line.contains(secret)))
                .hasSize(requests);
    }

    private static List<JsonNode> found(Agent.Outcome outcome, String action) {
        return outcome.events()
                .where(event -> event.at("/finding_info/title").asString("").equals("credential in a response")
                        && event.at("/unmapped/action").asString("").equals(action));
    }

    /** Answered in place of the server, or, if its head had come before, cut so that curl says so, whatever it had got. */
    private static void assertRefused(Map<String, String> seen, String url) {
        assertThat(seen.get(url)).as(url).matches("HTTP/1.1 502.*credential_echo.*|(HTTP/1.1 200.*)? (18|52|56)");
    }

    private void assertGuarded(Agent.Outcome outcome, int requests) throws Exception {
        Map<String, String> seen = seen(outcome);
        assertKept(outcome, requests);
        for (String path : PATHS.split(" ")) {
            for (String host : List.of("default", "redact")) {
                assertThat(seen.get(host + ".lab.test/" + path))
                        .as("%s at %s", path, host)
                        .startsWith("HTTP/1.1 200 OK")
                        .contains("***")
                        .endsWith(" 0");
            }
            assertRefused(seen, "block.lab.test/" + path);
        }
        assertThat(seen.get("default.lab.test/raw")).contains("your key is " + "*".repeat(secret.length()) + ", is");
        assertThat(seen.get("default.lab.test/json"))
                .contains("{\"error\": \"bad key *")
                .contains("*\"}");
        assertThat(seen.get("default.lab.test/chunks")).contains("<" + "*".repeat(secret.length()) + ">");
        assertThat(found(outcome, "redacted").toString())
                .contains("\"form\":\"raw\"", "base64", "percent", "backslash", "\"place\":\"head\"", "API_KEY");
        assertThat(found(outcome, "blocked").toString())
                .contains("block.lab.test:")
                .contains("\"place\":\"body\"");
    }

    @Test
    void a_key_that_comes_back_over_tls_does_not_reach_the_agent() throws Exception {
        Agent.Outcome outcome = asking("default.lab.test", "redact.lab.test", "block.lab.test")
                .run("/bin/sh", "-c", ASK + "paths='%s binary coded late'\n".formatted(PATHS) + """
                        ask https://default.lab.test "$paths"
                        ask https://redact.lab.test "$paths"
                        ask https://block.lab.test "$paths"
                        """);

        assertGuarded(outcome, 27);
        Map<String, String> seen = seen(outcome);
        assertRefused(seen, "default.lab.test/binary");
        assertThat(seen.get("redact.lab.test/binary"))
                .startsWith("HTTP/1.1 200")
                .contains("***");
        assertThat(seen.get("redact.lab.test/coded")).startsWith("HTTP/1.1 502").contains("content coding");
        assertThat(seen.get("default.lab.test/late")).startsWith("HTTP/1.1 200").endsWith("*** 0");
        assertThat(seen.get("block.lab.test/late"))
                .doesNotContain("HTTP/1.1 502")
                .doesNotEndWith(" 0");
        assertThat(Files.readAllLines(log)).allMatch(line -> line.endsWith(" identity"));
    }

    @Test
    void a_key_that_comes_back_to_a_forward_proxys_client_does_not_reach_the_agent() throws Exception {
        Agent.Outcome outcome = asking("default.lab.test:80", "redact.lab.test:80", "block.lab.test:80")
                .run("/bin/sh", "-c", ASK + "paths='%s'\n".formatted(PATHS) + """
                        ask http://default.lab.test "$paths"
                        ask http://redact.lab.test "$paths"
                        ask http://block.lab.test "$paths"
                        """);

        assertGuarded(outcome, 18);
    }

    @Test
    void what_holds_no_key_or_may_hold_one_arrives_byte_for_byte() throws Exception {
        Agent.Outcome outcome = asking("default.lab.test", "allow.lab.test").run("/bin/sh", "-c", ASK + """
                ask https://allow.lab.test "raw base64 json"
                get() { curl -sS -m 20 -H "X-Api-Key: $API_KEY" "https://default.lab.test/nothing" | sha256sum; }
                echo "hash $(get)"
                """);

        Map<String, String> seen = seen(outcome);
        assertThat(seen.get("allow.lab.test/raw")).contains("your key is " + secret + ", is it not?");
        assertThat(canary.in(outcome.out())).hasSizeGreaterThan(1);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < 256 * 4096; i++) {
            digest.update((byte) i);
        }
        assertThat(seen.get("hash")).startsWith(HexFormat.of().formatHex(digest.digest()));
        assertThat(outcome.events().text()).doesNotContain("credential in a response");
    }

    private Agent.Outcome websocket(String echo) throws Exception {
        return agent(WS_HOST)
                .file("websocket_client.py")
                .policy("""
                  ws:
                    endpoints:
                      - host: ws.lab.test
                        port: 443
                        protocol: websocket
                        enforcement: enforce
                        access: full
                        websocket_credential_rewrite: true
                %s
                    binaries: [{path: %s}]
                """.formatted(echo, Path.of("/usr/bin/python3").toRealPath()))
                .run(
                        "/bin/sh",
                        "-c",
                        "python3 /sandbox/websocket_client.py /chat deflate 'ends with %s' \"the key: $API_KEY\" bye"
                                .formatted(secret.substring(0, 2)));
    }

    @Test
    void a_key_in_a_websocket_message_is_overwritten() throws Exception {
        Agent.Outcome outcome = websocket("        credential_echo: redact");
        JsonNode result = Events.json(outcome.success());

        assertThat(result.path("extensions").asInt()).isZero();
        assertThat(result.path("answers").toString())
                .isEqualTo("[\"echo: ends with %s\",\"echo: the key: %s\",\"echo: bye\"]"
                        .formatted(secret.substring(0, 2), "*".repeat(secret.length())));
        assertThat(found(outcome, "redacted")).hasSize(1);
        assertKept(outcome, 1);
    }

    @Test
    void a_key_in_a_websocket_message_ends_the_connection_without_a_word_in_the_policy() throws Exception {
        Agent.Outcome outcome = websocket("");

        assertThat(outcome.out()).doesNotContain("the key");
        assertThat(found(outcome, "blocked")).hasSize(1);
        assertKept(outcome, 1);
    }

    @Test
    void a_value_that_is_too_short_to_be_looked_for_is_warned_about() throws Exception {
        Agent.Outcome outcome =
                agent("default.lab.test").environment("API_KEY", "1234567").run("/bin/true");

        assertThat(outcome.success()).isEmpty();
        assertThat(outcome.err())
                .contains(
                        "warning: credential: API_KEY: responses are not searched for its value (expected: at least 8 bytes)")
                .doesNotContain("1234567");
        assertThat(outcome.events().text()).contains("credential too short for the echo guard");
    }
}
