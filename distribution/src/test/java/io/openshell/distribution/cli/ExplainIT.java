package io.openshell.distribution.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Openshell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code policy explain} says of bodies and messages, with the plugins of the distribution. */
@Tag("root")
class ExplainIT {

    private static final String POLICY = """
            version: 1
            network_policies:
              api:
                endpoints:
                  - host: api.test
                    port: 443
                    path: /graphql
                    protocol: graphql
                    enforcement: enforce
                    rules: [{allow: {operation_type: query, fields: [viewer]}}]
                  - host: chat.test
                    port: 443
                    protocol: websocket
                    enforcement: enforce
                    rules:
                      - allow: {method: GET, path: /graphql}
                      - allow: {operation_type: query, fields: [viewer]}
                  - host: watched.test
                    port: 443
                    protocol: websocket
                    enforcement: audit
                    access: read-only
                binaries: [{path: /usr/bin/node}]
            """;

    @TempDir
    private Path folder;

    private Openshell openshell;

    @BeforeEach
    void open() throws Exception {
        Files.writeString(folder.resolve("policy.yaml"), POLICY);
        openshell = Openshell.asRoot(folder);
    }

    @Test
    void a_body_is_judged_as_a_request_with_it_would_be() throws Exception {
        Files.writeString(folder.resolve("query.json"), "{\"query\": \"{ me: viewer }\"}");
        Files.writeString(folder.resolve("mutation.json"), "{\"query\": \"mutation { viewer: deleteRepo }\"}");
        Files.writeString(
                folder.resolve("large.json"), "{\"query\": \"{ viewer }\", \"id\": \"" + "x".repeat(70_000) + "\"}");

        assertThat(explain(0, "--body", "query.json", "https://api.test/graphql"))
                .startsWith("allowed by network_policies.api.endpoints[0].rules[0]");
        assertThat(explain(3, "--body", "mutation.json", "https://api.test/graphql"))
                .startsWith("denied by network_policies.api.endpoints[0]")
                .doesNotContain("deleteRepo:");
        assertThat(explain(3, "--body", "large.json", "https://api.test/graphql"))
                .contains("request body: too long to inspect (expected: at most 65536 bytes)");
        assertThat(explain(3, "--method", "POST", "https://api.test/graphql")).startsWith("denied");
    }

    @Test
    void a_websocket_is_asked_about_as_the_handshake_that_it_is() throws Exception {
        assertThat(explain(0, "wss://chat.test/graphql"))
                .startsWith("allowed by network_policies.api.endpoints[1].rules[0]");
        assertThat(explain(3, "wss://chat.test/admin")).startsWith("denied by network_policies.api.endpoints[1]");
        assertThat(explain(3, "https://chat.test/graphql")).contains("valid WebSocket upgrade request");
    }

    @Test
    void a_message_is_judged_as_the_stream_would_be() throws Exception {
        String query = "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":\"{ viewer }\"}}";

        assertThat(explain(0, "--message", query, "wss://chat.test/graphql"))
                .startsWith("allowed by network_policies.api.endpoints[1].rules[1]")
                .contains("allows: WEBSOCKET_TEXT");
        assertThat(explain(3, "--message", query.replace("viewer", "secret"), "wss://chat.test/graphql"))
                .startsWith("denied by network_policies.api.endpoints[1]")
                .contains("denies: WEBSOCKET_TEXT");
        assertThat(explain(3, "--message", "hello", "wss://chat.test/graphql")).contains("unreadable: WEBSOCKET_TEXT");
        assertThat(explain(0, "--message", "x".repeat(70_000), "wss://watched.test/"))
                .startsWith("audited");
    }

    @Test
    void what_does_not_fit_the_url_is_refused() throws Exception {
        assertThat(refused("--message", "hello", "https://api.test/")).contains("--message: ", "ws or wss");
        assertThat(refused("--body", "policy.yaml", "wss://chat.test/")).contains("--body: ", "http or https");
        assertThat(refused("--body", "nowhere.json", "https://api.test/graphql"))
                .contains("--body: nowhere.json");
    }

    private String explain(int status, String... arguments) throws Exception {
        Openshell.Outcome outcome = run(arguments);
        assertThat(outcome.status()).as("%s", outcome).isEqualTo(status);
        return outcome.text();
    }

    private String refused(String... arguments) throws Exception {
        Openshell.Outcome outcome = run(arguments);
        assertThat(outcome.status()).as("%s", outcome).isEqualTo(1);
        return outcome.errors();
    }

    private Openshell.Outcome run(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("policy", "explain", "policy.yaml", "--binary", "/usr/bin/node"));
        line.addAll(List.of(arguments));
        return openshell.run(line.toArray(String[]::new));
    }
}
