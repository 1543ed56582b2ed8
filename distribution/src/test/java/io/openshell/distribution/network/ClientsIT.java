package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.openshell.distribution.Programs;
import io.openshell.testkit.NetworkLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The programs that agents use, as they come: each does a full exchange through TLS termination, and understands a
 * refusal. Nothing is set for them but what the sandbox sets for every program.
 */
@Tag("root")
class ClientsIT {

    private static final String GIT_ADDRESS = "93.184.216.40";
    private static final Path JAVA = Path.of(System.getProperty("java.home"));

    private static TlsLab lab;
    private static Path log;

    @TempDir
    private static Path files;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        lab = TlsLab.open();
        Files.writeString(Files.createDirectory(files.resolve("public")).resolve("hello.txt"), "hello from nginx\n");
        Files.writeString(Files.createDirectory(files.resolve("private")).resolve("secret.txt"), "secret\n");
        lab.name("www.lab.test");
        log = lab.network().nginx(NetworkLab.WEB_ADDRESS, lab.certificates().issue("www.lab.test"), files);
        lab.network().name("git.lab.test", GIT_ADDRESS);
        lab.network().addAddress(GIT_ADDRESS);
        serveGit(lab.certificate(List.of("git.lab.test")));
    }

    @AfterAll
    static void closeLab() {
        lab.close();
    }

    @Test
    void curl_reads_writes_and_is_told_what_was_denied() throws Exception {
        Agent agent = agent("/usr/bin/curl").program("client.sh", """
                #!/bin/sh
                set -e
                curl -sS https://www.lab.test/public/hello.txt
                curl -sS --data-binary @/usr/share/common-licenses/GPL-3 https://www.lab.test/lab/method
                curl -sS -D head.txt 'https://www.lab.test/private/secret.txt?token=hush' -o body.json
                """);

        assertThat(agent.run("/sandbox/client.sh").success()).isEqualTo("hello from nginx\nPOST /lab/method\n");

        assertDenied(Events.json(Files.readString(agent.workdir().resolve("body.json"))));
        assertThat(Files.readString(agent.workdir().resolve("head.txt")))
                .startsWith("HTTP/1.1 200 Connection Established\r\n")
                .contains("\r\nHTTP/1.1 403 Forbidden\r\n")
                .containsIgnoringCase("X-OpenShell-Policy: web\r\n");
        assertThat(Files.readString(log)).doesNotContain("secret");
    }

    @Test
    void curl_is_told_why_a_tunnel_was_refused() throws Exception {
        Agent.Outcome outcome = agent("/usr/bin/curl")
                .run("/usr/bin/curl", "-sS", "-D", "-", "https://other.lab.test/public/hello.txt");

        assertThat(outcome.status()).isEqualTo(56);
        assertThat(outcome.out()).startsWith("HTTP/1.1 403 Forbidden\r\n");
        assertThat(outcome.err()).contains("CONNECT tunnel failed, response 403");
    }

    @Test
    void python_requests_reads_writes_and_is_told_what_was_denied() throws Exception {
        Agent.Outcome outcome = agent("/usr/bin/python3")
                .file("requests_client.py")
                .run("/usr/bin/python3", "/sandbox/requests_client.py");

        assertExchanges(Events.json(outcome.success()));
    }

    @Test
    void python_accepts_the_certificates_when_it_verifies_strictly() throws Exception {
        Agent.Outcome outcome =
                agent("/usr/bin/python3").file("strict_client.py").run("/usr/bin/python3", "/sandbox/strict_client.py");

        JsonNode result = Events.json(outcome.success());
        assertThat(result.path("status").asInt()).isEqualTo(200);
        assertThat(result.path("text").asString()).isEqualTo("hello from nginx\n");
        assertThat(result.path("issuer").asString()).isEqualTo("OpenShell Sandbox CA");
    }

    @Test
    void nodes_fetch_reads_writes_and_is_told_what_was_denied() throws Exception {
        Optional<Path> node = Programs.node();
        assumeTrue(node.isPresent(), "node: not found (expected: 24 or newer, whose fetch knows proxies)");
        Agent.Outcome outcome = agent(node.get().toString(), node.get())
                .file("fetch_client.mjs")
                .run(node.get().toString(), "/sandbox/fetch_client.mjs");

        assertExchanges(Events.json(outcome.success()));
    }

    @Test
    void javas_http_client_reads_writes_and_is_told_what_was_denied() throws Exception {
        String java = JAVA.resolve("bin/java").toString();
        Agent.Outcome outcome = agent(java, JAVA)
                .file("HttpClientProgram.java")
                .run(java, "-XX:TieredStopAtLevel=1", "/sandbox/HttpClientProgram.java");

        List<String> lines = outcome.success().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).isEqualTo("200 - hello from nginx");
        assertThat(lines.get(1)).isEqualTo("200 - POST /lab/method");
        assertThat(lines.get(2)).startsWith("403 web {");
        assertDenied(Events.json(lines.get(2).substring("403 web ".length())));
    }

    @Test
    void git_clones_commits_and_may_not_push() throws Exception {
        Agent agent = lab.agent(folder).policy("""
                  git:
                    endpoints:
                      - host: git.lab.test
                        port: 443
                        protocol: rest
                        enforcement: enforce
                        rules:
                          - allow: {method: GET, path: /*/info/refs, query: {service: git-upload-pack}}
                          - allow: {method: POST, path: /*/git-upload-pack}
                    binaries: [{path: /usr/lib/git-core/git-remote-http}]
                """).program("client.sh", """
                #!/bin/sh
                git clone -q https://git.lab.test/project.git && cd project && cat README && git log --format=%s
                echo more >> README && git -c user.name=n -c user.email=e@x commit -qam more
                git push -q origin HEAD 2>&1
                """);

        Agent.Outcome outcome = agent.run("/sandbox/client.sh");

        assertThat(outcome.out()).startsWith("a project\nfirst\n").contains("The requested URL returned error: 403");
        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.events().denied()).hasSize(1);
    }

    private Agent agent(String binary, Path... folders) throws Exception {
        Agent agent = lab.agent(folder);
        Stream.of(folders).forEach(agent::readOnly);
        return agent.policy("""
                  web:
                    endpoints:
                      - host: www.lab.test
                        port: 443
                        protocol: rest
                        enforcement: enforce
                        rules:
                          - allow: {method: GET, path: /public/**}
                          - allow: {method: POST, path: /lab/method}
                    binaries: [{path: %s}]
                """.formatted(binary));
    }

    private static void assertExchanges(JsonNode results) {
        assertThat(results.path("read").toString()).isEqualTo("[200,\"hello from nginx\\n\"]");
        assertThat(results.path("wrote").toString()).isEqualTo("[200,\"POST /lab/method\\n\"]");
        assertThat(results.path("denied").path(0).asInt()).isEqualTo(403);
        assertDenied(results.path("denied").path(1));
        assertThat(results.path("denied").path(2).propertyStream())
                .anyMatch(header -> header.getKey().equalsIgnoreCase("x-openshell-policy")
                        && header.getValue().asString().equals("web"));
    }

    private static void assertDenied(JsonNode body) {
        assertThat(body.path("error").asString()).isEqualTo("policy_denied");
        assertThat(body.path("policy").asString()).isEqualTo("web");
        assertThat(body.path("method").asString()).isEqualTo("GET");
        assertThat(body.path("path").asString()).isEqualTo("/private/secret.txt");
        assertThat(body.path("host").asString()).isEqualTo("www.lab.test");
        assertThat(body.toString()).doesNotContain("hush");
    }

    private static void serveGit(List<String> certificate) throws Exception {
        Path home = Files.createDirectory(lab.folder().resolve("git"));
        Path program = Programs.copy("/network/git_server.py", home);
        Programs.run("""
                git init -q --bare project.git && git -C project.git config http.receivepack true
                git init -q work && cd work && echo a project > README && git add README
                git -c user.name=n -c user.email=e@x commit -qm first && git push -q ../project.git HEAD:master
                git -C ../project.git symbolic-ref HEAD refs/heads/master
                """, home);
        List<String> command = new ArrayList<>(List.of(TlsLab.PYTHON, program.toString(), GIT_ADDRESS, "443"));
        command.addAll(certificate);
        command.add(home.toString());
        lab.network().serve(GIT_ADDRESS, 443, command.toArray(String[]::new));
    }
}
