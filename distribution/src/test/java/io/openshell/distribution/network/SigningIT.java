package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.openshell.distribution.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * AWS's own command line in a sandbox that has no keys of AWS, against a stand-in for AWS that believes nothing but a signature
 * that AWS's own library computes too.
 */
@Tag("root")
class SigningIT {

    private static final Path CLIENT = Path.of("/usr/bin/aws");
    private static final String SDK = "@aws-sdk/client-s3@3";
    private static final String DOMAIN = ".eu-central-1.amazonaws.com";
    private static final String KEY_ID = "AKIDREALKEYREALKEY01";
    private static final String SECRET = "s3cretS3cretS3cretS3cretS3cretS3cret/+ab";
    private static final String TOKEN = "FwoGt0kenT0kenT0ken//////////wEaD==";
    private static TlsLab lab;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        assumeTrue(Files.isExecutable(CLIENT), CLIENT + ": not found (expected: awscli)");
        lab = TlsLab.open();
        List<String> hosts = Stream.of("demo.s3", "strict.s3", "sts", "dynamodb")
                .map(name -> name + DOMAIN)
                .toList();
        lab.name(hosts.toArray(String[]::new));
        Path sources = Path.of(System.getProperty("openshell.sources"));
        lab.serve(
                TlsLab.PYTHON,
                "aws_server.py",
                hosts,
                lab.folder(),
                sources.resolve("plugins/credential-sigv4/src/test/resources/botocore_verify.py"),
                KEY_ID,
                SECRET,
                TOKEN);
    }

    @AfterAll
    static void closeLab() {
        if (lab != null) {
            lab.close();
        }
    }

    @BeforeEach
    void forgetRequests() throws IOException {
        Files.deleteIfExists(lab.folder().resolve("requests.jsonl"));
        Files.deleteIfExists(lab.folder().resolve("raw"));
    }

    private static String policy(Path program) {
        return """
                  aws:
                    endpoints:
                      - {host: demo.s3%1$s, port: 443, protocol: rest, enforcement: enforce, access: full,
                         credential_signing: sigv4, signing_service: s3}
                      - {host: strict.s3%1$s, port: 443, protocol: rest, enforcement: enforce, access: full,
                         credential_signing: "sigv4:body", signing_service: s3}
                      - {host: sts%1$s, port: 443, protocol: rest, enforcement: enforce, access: full,
                         credential_signing: sigv4, signing_service: sts}
                      - {host: dynamodb%1$s, port: 443, protocol: rest, enforcement: enforce, access: full,
                         credential_signing: sigv4, signing_service: dynamodb}
                    binaries: [{path: /usr/bin/python3}, {path: /usr/bin/curl}, {path: %2$s}]
                """.formatted(DOMAIN, program);
    }

    private Agent agent(Path... programs) throws IOException {
        Agent agent = lab.agent(folder);
        List.of(programs).forEach(agent::readOnly);
        agent.option("--env", "AWS_DEFAULT_REGION=eu-central-1")
                .option("--env", "AWS_REGION=eu-central-1")
                .option("--env", "AWS_EC2_METADATA_DISABLED=true")
                .policy(policy(programs.length == 0 ? CLIENT : programs[0]))
                .environment("AWS_ACCESS_KEY_ID", KEY_ID)
                .environment("AWS_SECRET_ACCESS_KEY", SECRET)
                .environment("AWS_SESSION_TOKEN", TOKEN);
        for (String key : List.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")) {
            agent.option("--credential", key + "@**" + DOMAIN);
        }
        return agent;
    }

    @Test
    void the_command_line_of_aws_works_with_placeholders_for_keys() throws Exception {
        Agent.Outcome outcome = agent().run("/bin/sh", "-ec", """
                aws sts get-caller-identity --query Account
                echo hello > 'a file'
                aws s3 cp 'a file' 's3://demo/folder/a file (1) ä.txt'
                aws s3 cp 'a file' s3://strict/plain
                aws s3api get-object --bucket demo --key '1+1 is 100% ☃' answer || true
                aws s3 ls s3://demo/folder/ | cut -c32-
                aws s3 cp 's3://demo/folder/a file (1) ä.txt' -
                aws dynamodb list-tables --query 'TableNames[0]'
                env
                """);

        assertThat(outcome.success())
                .contains("123456789012", "upload:", "\nhello\n", "orders", "openshell:resolve:env:")
                .doesNotContain(KEY_ID, SECRET, TOKEN);
        assertThat(requests())
                .hasSizeGreaterThanOrEqualTo(6)
                .allSatisfy(request -> assertThat(request.path("verdict").asString())
                        .as("%s", request)
                        .isEqualTo("ok"));
        assertThat(requests().stream()
                        .filter(request -> request.path("method").asString().equals("PUT"))
                        .map(request -> request.path("host").asString() + " "
                                + request.path("payload").asString().length()))
                .containsExactly("demo.s3" + DOMAIN + " 16", "strict.s3" + DOMAIN + " 64");
        assertThat(Files.readString(lab.folder().resolve("raw")))
                .contains("GET /1%2B1%20is%20100%25%20%E2%98%83 HTTP/1.1\n")
                .contains("PUT /folder/a%20file%20%281%29%20%C3%A4.txt HTTP/1.1\n")
                .contains(KEY_ID, TOKEN)
                .doesNotContain(SECRET, "openshell:resolve", "OPENSHELL-RESOLVE");
        assertThat(outcome.events().text()).doesNotContain(KEY_ID, SECRET, TOKEN, "openshell:resolve");
        assertNothingIsLeft();
    }

    @Test
    void the_newest_sdk_of_aws_uploads_whole_and_in_chunks_that_nobody_signs() throws Exception {
        Optional<Path> node = Programs.node();
        assumeTrue(node.isPresent(), "node: not found (expected: 24 or newer, whose agents know proxies)");
        Agent agent = agent(node.get()).file("s3_client.mjs");
        Programs.npmInstall(SDK, agent.workdir());

        Agent.Outcome outcome = agent.run(node.get().toString(), "/sandbox/s3_client.mjs");

        assertThat(outcome.success()).startsWith("hello from node\nrefused ").doesNotContain("passed");
        assertThat(requests()).hasSize(3).allSatisfy(SigningIT::assertSigned);
        assertThat(requests().get(1).path("payload").asString()).isEqualTo("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        assertThat(requests().get(1).path("length").asInt()).isGreaterThan(40 * 30_000);
        assertThat(Files.readString(lab.folder().resolve("raw"))).doesNotContain(SECRET, "openshell:resolve");
        assertThat(outcome.events().text())
                .contains("unsigned upload in chunks")
                .doesNotContain(SECRET, TOKEN);
    }

    private static void assertSigned(JsonNode request) {
        assertThat(request.path("verdict").asString()).as("%s", request).isEqualTo("ok");
    }

    @Test
    void what_cannot_be_signed_for_the_policy_s_region_whole_and_in_the_header_never_leaves() throws Exception {
        Agent.Outcome outcome = agent().run("/bin/sh", "-c", """
                aws --region us-west-2 s3 ls s3://demo --endpoint-url https://demo.s3.eu-central-1.amazonaws.com && echo passed
                head -c 10485761 /dev/zero > big
                aws s3api put-object --bucket strict --key big --body big && echo passed
                curl -sS -o answer -w '%{http_code}\\n' "$(aws s3 presign s3://demo/plain)"
                curl -sS -w '%{http_code}\\n' 'https://demo.s3.eu-central-1.amazonaws.com/plain?X-Amz-Signature=00'
                curl -sS -w '%{http_code}\\n' -T big -H 'X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD' \\
                    -H 'Content-Encoding: aws-chunked' https://demo.s3.eu-central-1.amazonaws.com/chunks
                curl -sS -w '%{http_code}\\n' -d body -H 'X-Amz-Content-Sha256: 0000000000000000000000000000000000000000000000000000000000000000' \\
                    https://demo.s3.eu-central-1.amazonaws.com/hash
                curl -sS -w '%{http_code}\\n' -H 'X-Amz-Region-Set: *' https://demo.s3.eu-central-1.amazonaws.com/many
                """);

        assertThat(requests()).isEmpty();
        assertThat(outcome.out()).doesNotContain("passed", "200", KEY_ID, SECRET, TOKEN);
        assertThat(outcome.events().denied().toString())
                .contains("region: us-west-2 (expected: eu-central-1")
                .contains("too long")
                .contains("a placeholder in the path or query")
                .contains("signature in the query")
                .contains("chunk-signed upload")
                .contains("not the hash of the body")
                .contains("SigV4a");
        assertThat(outcome.events().text()).doesNotContain(KEY_ID, SECRET, TOKEN, "openshell:resolve");
        assertNothingIsLeft();
    }

    private static List<JsonNode> requests() throws IOException {
        Path log = lab.folder().resolve("requests.jsonl");
        return Files.exists(log)
                ? Files.readAllLines(log).stream().map(Events::json).toList()
                : List.of();
    }

    /** Neither in the agent's folder nor in events, state or what was written on standard error. */
    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain(SECRET)
                        .doesNotContain(TOKEN);
            }
        }
    }
}
