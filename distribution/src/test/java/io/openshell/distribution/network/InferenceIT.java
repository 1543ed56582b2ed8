package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.openshell.distribution.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The official clients in a sandbox, unmodified and without a key, against a server of OpenAI's protocol from npm, which
 * answers without a model, and a stand-in of ours for the protocols that it lacks.
 */
@Tag("root")
class InferenceIT {

    private static final String CLIENTS = "openai@7.57.0 @anthropic-ai/sdk@1.14.0";
    private static final String SERVER = "@dwmkerr/mock-llm@0.1.29";
    private static final String KEY = "sk-operator-canary-0123456789";
    private static final String PRIVATE_ADDRESS = "10.20.0.5";
    private static final int SERVER_PORT = 6556;

    private static Optional<Path> node = Optional.empty();
    private static TlsLab lab;
    private static Path log;
    private static Path clients;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        node = Programs.node();
        assumeTrue(node.isPresent(), "node: not found (expected: 24 or newer, whose fetch knows proxies)");
        lab = TlsLab.open();
        clients = Files.createDirectory(lab.folder().resolve("clients"));
        Path server = Files.createDirectory(lab.folder().resolve("server"));
        Programs.npmInstall(CLIENTS, clients);
        Programs.npmInstall(SERVER, server);
        lab.network().addAddress(PRIVATE_ADDRESS);
        lab.network()
                .serve(
                        PRIVATE_ADDRESS,
                        SERVER_PORT,
                        "/usr/bin/env",
                        "MCP_DANGEROUSLY_ALLOW_INSECURE_ISSUER_URL=1",
                        "HOST=" + PRIVATE_ADDRESS,
                        "PORT=" + SERVER_PORT,
                        node.get().toString(),
                        server.resolve("node_modules/@dwmkerr/mock-llm/dist/main.js")
                                .toString());
        log = lab.folder().resolve("provider.log");
        lab.name("api.provider.test");
        lab.serve(node.get().toString(), "fake_provider.mjs", List.of("api.provider.test"), KEY, log);
    }

    @AfterAll
    static void closeLab() {
        if (lab != null) {
            lab.close();
        }
    }

    private Agent agent(String budget) throws Exception {
        Path routes = Files.writeString(
                folder.resolve("routes.yaml"), """
                routes:
                  - {provider_type: openai-compatible, model: nobody, endpoint: "http://%s:9/v1",
                     protocols: [openai_chat_completions]}
                  - {provider_type: openai-compatible, model: operators-model, endpoint: "http://%s:%d/v1",
                     protocols: [openai_chat_completions, model_discovery]}
                  - {provider_type: openai, model: operators-other, endpoint: "https://api.provider.test/v1",
                     protocols: [openai_embeddings, openai_responses]}
                  - {provider_type: anthropic, model: operators-claude, endpoint: "https://api.provider.test",
                     api_key_env: ANTHROPIC_KEY_OF_MINE, protocols: [anthropic_messages]}
                %s
                """.formatted(PRIVATE_ADDRESS, PRIVATE_ADDRESS, SERVER_PORT, budget));
        Agent agent = lab.agent(folder)
                .option("--inference-routes", routes.toString())
                .environment("OPENAI_API_KEY", KEY)
                .environment("ANTHROPIC_KEY_OF_MINE", KEY)
                .readOnly(node.orElseThrow())
                .policy("  {}\n")
                .file("inference_client.mjs");
        Programs.run("cp -r " + clients.resolve("node_modules") + " .", agent.workdir());
        return agent;
    }

    @Test
    void the_official_clients_work_as_they_come_and_never_see_a_key() throws Exception {
        Agent.Outcome outcome = agent("")
                .run(
                        "/bin/sh",
                        "-c",
                        "env >/sandbox/env.txt; exec " + node.orElseThrow() + " /sandbox/inference_client.mjs");

        JsonNode result = Events.json(outcome.success());
        assertThat(result.at("/chat/model").asString()).as("%s", result).isEqualTo("operators-model");
        assertThat(result.at("/chat/text").asString()).isEqualTo("the prompt");
        assertThat(result.at("/chatStream").asString()).isEqualTo("the streamed prompt");
        assertThat(result.at("/models/0").asString()).isNotEmpty();
        assertThat(result.at("/embedding/0").asDouble()).isEqualTo(0.25);
        assertThat(result.at("/response").asString()).isEqualTo("Response of operators-other");
        assertThat(result.at("/message").asString()).isEqualTo("Hello from operators-claude");
        assertThat(result.at("/messageStream").asString()).isEqualTo("Hello from operators-claude");
        assertThat(result.at("/messageDies/message").asString()).contains("response truncated: upstream read error");
        assertThat(Files.readString(log))
                .contains("\"x-api-key\":\"" + KEY, "\"authorization\":\"Bearer " + KEY)
                .doesNotContain("openshell-inference-local", "theirs");
        String environment = Files.readString(folder.resolve("work/env.txt"));
        assertThat(environment)
                .contains(
                        "OPENAI_BASE_URL=https://inference.local/v1\n",
                        "ANTHROPIC_BASE_URL=https://inference.local\n",
                        "ANTHROPIC_API_KEY=openshell-inference-local\n");
        String events = outcome.events().text();
        assertThat(environment + outcome.out() + outcome.err() + events).doesNotContain(KEY, KEY.substring(3, 20));
        assertThat(events).doesNotContain("the prompt", "the streamed prompt", "Hello ");
        assertThat(outcome.events().where(event -> event.path("class_uid").asInt() == 6003))
                .anyMatch(it -> it.at("/unmapped/model").asString().equals("nobody")
                        && it.path("status_detail").asString().equals("connection refused or unreachable"))
                .anyMatch(it -> it.at("/api/operation").asString().equals("anthropic_messages")
                        && it.at("/unmapped/input_tokens").asString().equals("11")
                        && it.at("/unmapped/output_tokens").asString().equals("7"))
                .anyMatch(it -> it.path("status_detail").asString("").startsWith("response truncated"));
        assertThat(outcome.events()
                        .where(event -> event.at("/unmapped/model").asString("").equals("nobody")))
                .as("a dead backend is left alone for a while")
                .hasSize(1);
    }

    @Test
    void over_budget_is_an_error_that_the_client_knows_and_nothing_else_passes() throws Exception {
        Agent.Outcome outcome =
                agent("budget: {requests_per_minute: 2}").run("/bin/sh", "-c", """
                %s /sandbox/inference_client.mjs chat message embedding
                curl -sS -w '%%{http_code} %%{num_connects}\\n' https://inference.local/v1/modelsx https://inference.local/
                curl -s -o /dev/null -w '%%{http_code} %%{http_connect}\\n' https://inference.local:8443/v1/models
                curl -s -o /dev/null -w '%%{http_code}\\n' http://inference.local/v1/models
                exit 0
                """.formatted(node.orElseThrow()));

        String[] lines = outcome.success().split("\n");
        JsonNode result = Events.json(lines[0]);
        assertThat(result.at("/chat/text").asString()).as("%s", result).isEqualTo("the prompt");
        assertThat(result.at("/message").asString()).startsWith("Hello");
        assertThat(result.at("/embedding/failed").asString()).isEqualTo("RateLimitError");
        assertThat(result.at("/embedding/status").asInt()).isEqualTo(429);
        String denied = "{\"error\":\"connection not allowed by policy\"}403 1";
        assertThat(lines).containsSequence(denied, denied, "000 403", "403");
        assertThat(outcome.events().text())
                .contains("Inference interception denied: budget: requests_per_minute", "not an inference request");
    }

    @Test
    void a_resumed_sandbox_asks_on_with_the_keys_that_resume_was_given_and_a_budget_of_its_own() throws Exception {
        Agent agent = agent("budget: {requests_per_minute: 1}")
                .environment(
                        "XDG_RUNTIME_DIR",
                        Files.createDirectory(folder.resolve("runtime")).toString())
                .outlasting()
                .option("--name", "box");
        String ask = node.orElseThrow() + " /sandbox/inference_client.mjs message";
        Agent.Running first = agent.start("/bin/sh", "-c", ask + " message; read line; " + ask + "; exit 13");
        JsonNode before = Events.json(first.lines().next());
        assertThat(before.at("/message").asString()).as("%s", before).isEqualTo("Hello from operators-claude");
        assertThat(before.at("/messageAgain/status").asInt()).isEqualTo(429);
        first.process().toHandle().destroyForcibly();
        assertThat(first.process().waitFor(20, TimeUnit.SECONDS)).isTrue();

        Agent.Running resumed = agent.resume(
                "box", "--inference-routes", folder.resolve("routes.yaml").toString());
        first.lines().say("ask");
        Agent.Outcome outcome = resumed.outcome();

        JsonNode after = Events.json(first.lines().next());
        assertThat(after.at("/message").asString()).as("%s", after).isEqualTo("Hello from operators-claude");
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(13);
        assertThat(outcome.events()
                        .where(event -> event.at("/api/operation").asString("").equals("anthropic_messages")))
                .filteredOn(event -> event.path("status_id").asInt() == 1)
                .as("answers before and after")
                .hasSize(2);
        assertThat(outcome.events().text()).contains("resumed").doesNotContain(KEY);
    }
}
