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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Operations over HTTP between a client library and a server as they come, beside a REST endpoint that allows everything. */
@Tag("root")
class GraphqlIT {

    private static final String LIBRARIES = "graphql@16 graphql-yoga@5 graphql-request@7";

    private static Optional<Path> node = Optional.empty();
    private static TlsLab lab;
    private static Path log;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        node = Programs.node();
        assumeTrue(node.isPresent(), "node: not found (expected: 24 or newer, whose fetch knows proxies)");
        lab = TlsLab.open();
        log = lab.folder().resolve("graphql.log");
        Programs.npmInstall(LIBRARIES, lab.folder());
        lab.name("graphql.lab.test");
        lab.serve(node.get().toString(), "graphql_server.mjs", List.of("graphql.lab.test"), log);
    }

    @AfterAll
    static void closeLab() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void what_is_allowed_is_answered_and_nothing_else_is_ever_run() throws Exception {
        String program = node.orElseThrow().toString();
        Agent agent = lab.agent(folder)
                .readOnly(Path.of(program))
                .policy("""
                  api:
                    endpoints:
                      - {host: graphql.lab.test, port: 443, protocol: rest, enforcement: enforce, access: full}
                      - host: graphql.lab.test
                        port: 443
                        path: /graphql
                        protocol: graphql
                        enforcement: enforce
                        rules:
                          - allow: {operation_type: query, fields: [viewer]}
                          - allow: {operation_type: mutation, fields: [addStar]}
                      - {host: graphql.lab.test, port: 443, path: /graphql/audited, protocol: graphql, access: read-only}
                    binaries: [{path: %s}]
                """.formatted(program))
                .file("graphql_client.mjs");
        Programs.run("cp -r " + lab.folder().resolve("node_modules") + " .", agent.workdir());

        Agent.Outcome outcome = agent.run(program, "/sandbox/graphql_client.mjs");

        JsonNode result = Events.json(outcome.success());
        assertThat(result.at("/query/data/me/name").asString()).as("%s", result).isEqualTo("octocat");
        assertThat(result.at("/mutation/data/addStar").asString()).isEqualTo("starred");
        assertThat(result.at("/byGet/data/viewer/name").asString()).isEqualTo("octocat");
        assertThat(result.at("/batch/data/1/data/a/name").asString())
                .as("%s", result)
                .isEqualTo("octocat");
        assertDenied(result, "alias", "mutation of deleteRepo");
        assertDenied(result, "fragment", "query of secrets, viewer");
        assertDenied(result, "badBatch", "mutation of deleteRepo");
        assertDenied(result, "mutationByGet", "mutation of deleteRepo");
        assertDenied(result, "twoKeys", "a key that is 'query' but for its case");
        assertDenied(result, "besideBody", "in the query string beside a body");
        assertDenied(result, "hashOnly", "GraphQL persisted query is not registered");
        assertDenied(result, "elsewhere", "mutation of deleteRepo");
        assertThat(result.at("/apqWithDocument/body").asString())
                .as("%s", result)
                .contains("octocat");
        assertDenied(result, "apqOfAnother", "sha256Hash is not that of the document");
        assertDenied(result, "severalOperations", "several operations and no operationName");
        assertDenied(result, "chosenOperation", "mutation of deleteRepo");
        assertDenied(result, "twoParameters", "must not appear more than once");
        assertThat(result.at("/chunked/body").asString()).as("%s", result).contains("octocat");
        assertDenied(result, "chunkedMutation", "mutation of deleteRepo");
        assertDenied(result, "multipart", "multipart body");
        assertDenied(result, "gzip", "content coding");
        assertDenied(result, "auditedGarbage", "document is not valid GraphQL");
        assertThat(result.at("/tooLarge/body").asString()).as("%s", result).doesNotContain("octocat");
        assertThat(result.at("/auditedMutation/status").asInt())
                .as("%s", result)
                .isNotEqualTo(403);
        assertThat(Files.readString(log))
                .isEqualTo("viewer\naddStar\n" + "viewer\n".repeat(5))
                .doesNotContain("deleteRepo", "secrets");
        assertThat(outcome.events().text()).contains("endpoints[1].rules[0]").doesNotContain("octocat", "hush");
    }

    private static void assertDenied(JsonNode result, String exchange, String reason) {
        assertThat(result.at("/" + exchange + "/status").asInt()).as(exchange).isEqualTo(403);
        assertThat(result.at("/" + exchange + "/body").asString()).as(exchange).contains("policy_denied", reason);
    }
}
