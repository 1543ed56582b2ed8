package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.openshell.distribution.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** WebSocket as programs use it: the libraries of python and node, and what browsers have, to a server of python's library. */
@Tag("root")
class WebsocketIT {

    private static final Path SYSTEM_NODE_MODULES = Path.of("/sandbox/node_modules");

    private static TlsLab lab;
    private static Path log;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        lab = TlsLab.open();
        log = lab.folder().resolve("ws.log");
        lab.name("ws.lab.test");
        lab.serve(TlsLab.PYTHON, "websocket_server.py", List.of("ws.lab.test"), log);
    }

    @AfterAll
    static void closeLab() {
        lab.close();
    }

    @BeforeEach
    void forget() throws Exception {
        Files.deleteIfExists(log);
    }

    private Agent agent(String binary, String endpoint) throws Exception {
        return lab.agent(folder).readOnly(Path.of(binary)).policy("""
                  ws:
                    endpoints:
                      - host: ws.lab.test
                        port: 443
                        protocol: websocket
                        %s
                    binaries: [{path: %s}]
                """.formatted(
                        endpoint, Path.of(binary).toRealPath()));
    }

    private Agent.Outcome python(String endpoint, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "/sandbox/websocket_client.py"));
        command.addAll(Arrays.asList(arguments));
        return agent("/usr/bin/python3", endpoint).file("websocket_client.py").run(command.toArray(String[]::new));
    }

    private static String received() throws Exception {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    @Test
    void python_exchanges_text_and_binary_messages() throws Exception {
        JsonNode result = Events.json(python(
                        "enforcement: enforce\n        access: full",
                        "/chat",
                        "plain",
                        "hello",
                        "gr\u00fc\u00df dich",
                        "@1000000",
                        "x".repeat(100_000))
                .success());

        assertThat(result.path("protocol").asString()).isEqualTo("chat");
        assertThat(result.path("extensions").asInt()).isZero();
        assertThat(result.path("answers").get(0).asString()).isEqualTo("echo: hello");
        assertThat(result.path("answers").get(1).asString()).isEqualTo("echo: gr\u00fc\u00df dich");
        assertThat(result.path("answers").get(2).asInt()).isEqualTo(1_000_000);
        assertThat(result.path("answers").get(3).asString()).hasSize(100_006);
    }

    @Test
    void python_exchanges_compressed_messages() throws Exception {
        Agent.Outcome outcome = python(
                "enforcement: enforce\n        access: full", "/chat", "deflate", "hello", "hello", "y".repeat(50_000));
        JsonNode result = Events.json(outcome.success());

        assertThat(result.path("extensions").asInt()).isEqualTo(1);
        assertThat(result.path("answers").size()).isEqualTo(3);
        assertThat(received()).contains("PerMessageDeflate");
    }

    @Test
    void a_message_that_is_not_allowed_ends_the_connection_and_never_arrives() throws Exception {
        Agent.Outcome outcome =
                python("enforcement: enforce\n        access: read-only", "/chat", "plain", "forbidden");
        JsonNode result = Events.json(outcome.success());

        assertThat(result.path("closed").asInt()).isEqualTo(1008);
        assertThat(result.path("reason").asString()).isEqualTo("websocket text message denied by policy");
        assertThat(received())
                .contains("\"path\": \"/chat\"")
                .doesNotContain("forbidden")
                .contains("\"closed\": 1008");
        assertThat(outcome.events().text())
                .contains("WEBSOCKET_TEXT", "ws.endpoints[0]", "l7-websocket")
                .doesNotContain("forbidden");
    }

    @Test
    void an_audited_message_is_recorded_and_arrives() throws Exception {
        Agent.Outcome outcome = python("enforcement: audit\n        access: read-only", "/chat", "plain", "watched");

        assertThat(Events.json(outcome.success()).path("answers").get(0).asString())
                .isEqualTo("echo: watched");
        assertThat(outcome.events().text()).contains("WEBSOCKET_TEXT").doesNotContain("watched");
    }

    @Test
    void a_handshake_that_is_not_allowed_is_answered_with_403_and_nobody_hears_of_it() throws Exception {
        Agent.Outcome outcome = python(
                "enforcement: audit\n        rules: [{allow: {method: '*', path: /chat}}]", "/admin", "plain", "hello");

        assertThat(Events.json(outcome.success()).path("status").asInt()).isEqualTo(403);
        assertThat(received()).isEmpty();
    }

    @Test
    void an_ordinary_request_is_refused_also_in_audit() throws Exception {
        String answer = agent("/usr/bin/curl", "enforcement: audit\n        access: full")
                .run("/usr/bin/curl", "-sS", "https://ws.lab.test/chat")
                .success();

        assertThat(answer).contains("websocket endpoint requires a valid WebSocket upgrade request");
        assertThat(received()).isEmpty();
    }

    @Test
    void a_browsers_websocket_exchanges_messages_with_compression_agreed_upon() throws Exception {
        Optional<Path> node = Programs.node();
        assumeTrue(node.isPresent(), "node: not found (expected: 24 or newer, whose WebSocket knows proxies)");
        Agent.Outcome outcome = agent(node.get().toString(), "enforcement: enforce\n        access: full")
                .file("websocket_client.mjs")
                .run(
                        node.get().toString(),
                        "/sandbox/websocket_client.mjs",
                        "browser",
                        "/chat",
                        "hello",
                        "z".repeat(70_000));

        assertExchange(outcome);
    }

    @Test
    void the_library_ws_exchanges_messages_that_it_compresses() throws Exception {
        Optional<Path> node = Programs.node();
        assumeTrue(node.isPresent(), "node: not found (expected: 24 or newer)");
        Agent agent = agent(node.get().toString(), "enforcement: enforce\n        access: full")
                .file("websocket_client.mjs");
        Programs.npmInstall("ws@8", agent.workdir());
        Agent.Outcome outcome = agent.run(
                node.get().toString(),
                "/sandbox/websocket_client.mjs",
                SYSTEM_NODE_MODULES.toString(),
                "/chat",
                "hello",
                "z".repeat(70_000));

        assertExchange(outcome);
    }

    private static void assertExchange(Agent.Outcome outcome) throws Exception {
        JsonNode result = Events.json(outcome.success());
        assertThat(result.path("error").asString("")).as("%s", outcome).isEmpty();
        assertThat(result.path("answers").get(0).asString()).isEqualTo("echo: hello");
        assertThat(result.path("protocol").asString()).isEqualTo("chat");
        assertThat(result.path("extensions").asString()).contains("permessage-deflate");
        assertThat(result.path("answers").get(1).asString()).hasSize(70_006);
        assertThat(result.path("closed").asInt()).isEqualTo(1000);
        assertThat(received())
                .contains("PerMessageDeflate", "remote_no_context_takeover=True", "\"message\": \"hello\"");
    }

    @Test
    void a_placeholder_that_cannot_be_resolved_never_leaves_an_endpoint_that_replaces_them() throws Exception {
        Agent.Outcome outcome = python(
                "enforcement: enforce\n        access: full\n        websocket_credential_rewrite: true",
                "/chat",
                "plain",
                "hello",
                "{\"token\":\"openshell:resolve:env:API_KEY\"}");
        JsonNode result = Events.json(outcome.success());

        assertThat(result.path("answers").get(0).asString()).isEqualTo("echo: hello");
        assertThat(result.path("closed").asInt()).isEqualTo(1008);
        assertThat(result.path("reason").asString()).isEqualTo("credential placeholder that cannot be resolved");
        assertThat(received()).contains("hello").doesNotContain("openshell:resolve", "API_KEY");
        assertThat(outcome.events().text()).doesNotContain("API_KEY");
    }
}
