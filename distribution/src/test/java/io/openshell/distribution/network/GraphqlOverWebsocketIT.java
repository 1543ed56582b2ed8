package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.openshell.distribution.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Operations over WebSocket, by the usual libraries and both of their protocols: by {@code l7-websocket} and {@code l7-graphql}. */
@Tag("root")
class GraphqlOverWebsocketIT {

    /** Operations in pieces are asked so often, each on its own connection: what depends on the moment would show. */
    private static final int TIMES = 20;

    private static final String LIBRARIES = "graphql@16 graphql-ws@6 subscriptions-transport-ws@0.11 ws@8";
    private static Optional<Path> node = Optional.empty();
    private static TlsLab lab;
    private static Path log;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        node = Programs.node();
        assumeTrue(node.isPresent(), "node: not found (expected: 24 or newer, whose WebSocket knows proxies)");
        lab = TlsLab.open();
        log = lab.folder().resolve("graphql.log");
        Programs.npmInstall(LIBRARIES, lab.folder());
        lab.name("graphql.lab.test");
        lab.serve(node.get().toString(), "graphql_ws_server.mjs", List.of("graphql.lab.test"), log);
    }

    @AfterAll
    static void closeLab() {
        if (lab != null) {
            lab.close();
        }
    }

    @BeforeEach
    void forget() throws Exception {
        Files.deleteIfExists(log);
    }

    private Agent.Outcome ask(String which, String document) throws Exception {
        String program = node.orElseThrow().toString();
        Agent agent = agent(program).file("graphql_ws_client.mjs");
        Programs.run("cp -r " + lab.folder().resolve("node_modules") + " .", agent.workdir());
        return agent.run(program, "/sandbox/graphql_ws_client.mjs", "/sandbox", which, document);
    }

    private JsonNode askInPieces(String document) throws Exception {
        String program = "/usr/bin/python3";
        JsonNode results = Events.json(agent(Path.of(program).toRealPath().toString())
                .file("graphql_pieces_client.py")
                .run(program, "/sandbox/graphql_pieces_client.py", document, Integer.toString(TIMES))
                .success());
        assertThat(results.size()).isEqualTo(TIMES);
        return results;
    }

    private Agent agent(String program) throws Exception {
        return lab.agent(folder).readOnly(Path.of(program)).policy("""
                  api:
                    endpoints:
                      - host: graphql.lab.test
                        port: 443
                        protocol: websocket
                        enforcement: enforce
                        rules:
                          - allow: {method: GET, path: /graphql}
                          - allow: {operation_type: query, fields: [viewer]}
                          - allow: {operation_type: subscription}
                    binaries: [{path: %s}]
                """.formatted(program));
    }

    private static String resolved() throws Exception {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    @ParameterizedTest
    @ValueSource(strings = {"modern", "legacy"})
    void a_query_that_is_allowed_is_answered(String which) throws Exception {
        Agent.Outcome outcome = ask(which, "{ me: viewer }");
        JsonNode result = Events.json(outcome.success());

        assertThat(result.path("results").get(0).path("data").path("me").asString())
                .isEqualTo("octocat");
        assertThat(resolved()).isEqualTo("viewer\n");
        assertThat(outcome.events().text())
                .contains("WEBSOCKET_CONTROL", "WEBSOCKET_TEXT", "endpoints[0].rules[1]")
                .doesNotContain("octocat");
    }

    @ParameterizedTest
    @ValueSource(strings = {"modern", "legacy"})
    void a_subscription_that_is_allowed_brings_what_it_brings(String which) throws Exception {
        JsonNode result = Events.json(ask(which, "subscription { news }").success());

        assertThat(result.path("results").size()).isEqualTo(2);
        assertThat(resolved()).isEqualTo("news\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"modern", "legacy"})
    void a_mutation_under_a_harmless_name_ends_the_connection_and_is_never_run(String which) throws Exception {
        Agent.Outcome outcome = ask(which, "mutation { viewer: deleteRepo }");
        JsonNode result = Events.json(outcome.success());

        assertThat(result.path("results").size()).as("%s", outcome).isZero();
        assertThat(result.path("closed").asInt()).as("%s", outcome).isEqualTo(1008);
        assertThat(resolved()).isEmpty();
    }

    @Test
    void what_is_sent_in_pieces_with_pings_between_is_judged_as_a_whole() throws Exception {
        JsonNode results = askInPieces("{ me: viewer }");

        assertThat(results)
                .allSatisfy(result -> assertThat(
                                result.at("/answers/1/payload/data/me").asString(""))
                        .isEqualTo("octocat"));
        assertThat(resolved()).isEqualTo("viewer\n".repeat(TIMES));
    }

    @Test
    void a_mutation_in_pieces_ends_the_connection_and_is_never_run() throws Exception {
        JsonNode results = askInPieces("mutation { viewer: deleteRepo }");

        assertThat(results).allSatisfy(result -> {
            assertThat(result.path("answers").size()).isEqualTo(1);
            assertThat(result.path("closed").asInt()).isEqualTo(1008);
        });
        assertThat(resolved()).isEmpty();
    }
}
