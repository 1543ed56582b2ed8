package io.openshell.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that nobody wrote for this proxy, as strict about certificates as they can be told to be. */
class RealClientsTest {

    private static final String PYTHON = """
            import http.client, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            context.verify_flags |= ssl.VERIFY_X509_STRICT
            connection = http.client.HTTPSConnection('127.0.0.1', int(sys.argv[1]), context=context)
            connection.set_tunnel('api.test', 443)
            for path in '/public', '/secret':
                connection.request('GET', path)
                response = connection.getresponse()
                print(response.status, response.read().decode())
            """;

    @TempDir
    private Path folder;

    private RecordingUpstream upstream;
    private ProxyFixture proxy;
    private Path ca;

    @BeforeEach
    void start() throws IOException {
        upstream =
                RecordingUpstream.tls(ProxyFixture.LAB.issue("api.test").serverContext(), request -> Reply.ok("hello"));
        proxy = ProxyFixture.withEndpoint(
                        "host: api.test, port: 443, protocol: prefix, enforcement: enforce, allow: [GET /public]")
                .host("api.test", 443, upstream.address());
        ca = Files.write(folder.resolve("ca.pem"), proxy.authority().caPem());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        upstream.close();
    }

    @Test
    void curl_gets_its_answer_and_its_refusal() throws Exception {
        assumeTrue(installed("curl"), "curl is not installed");
        String url = "https://api.test";
        String said = run(
                "curl",
                "-sS",
                "--proxy",
                "http://127.0.0.1:" + proxy.address().getPort(),
                "--cacert",
                ca.toString(),
                "-w",
                " %{http_code}\n",
                url + "/public",
                url + "/secret");
        assertThat(said.lines().toList().getFirst()).isEqualTo("hello 200");
        assertThat(said).contains("policy_denied").endsWith(" 403\n");
    }

    @Test
    void python_verifies_strictly_and_gets_its_answer_and_its_refusal() throws Exception {
        assumeTrue(installed("python3"), "python3 is not installed");
        Path script = Files.writeString(folder.resolve("client.py"), PYTHON);
        String said = run("python3", script.toString(), "" + proxy.address().getPort(), ca.toString());
        assertThat(said.lines().toList().getFirst()).isEqualTo("200 hello");
        assertThat(said).contains("403 {\"error\":\"policy_denied\"");
    }

    private static boolean installed(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    private static String run(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said;
    }
}
