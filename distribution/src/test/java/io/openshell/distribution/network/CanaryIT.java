package io.openshell.distribution.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.openshell.distribution.Lines;
import io.openshell.distribution.Programs;
import io.openshell.testkit.NetworkLab;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secrets of credentials reach the server that they are for, and are nowhere else: not in what the agent sees, not in any
 * memory or file of its sandbox, not in what the run left.
 */
@Tag("root")
class CanaryIT {

    private static final String WS_ADDRESS = "93.184.216.35";
    private static final List<String> KEYS =
            List.of("HEADER_KEY", "BASIC_KEY", "QUERY_KEY", "PATH_KEY", "FORM_KEY", "JSON_KEY", "NODE_KEY", "TEXT_KEY");

    private static TlsLab lab;
    private static Path log;

    private final Canary canary = new Canary();
    private final Map<String, String> secrets = new LinkedHashMap<>();

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        lab = TlsLab.open();
        log = lab.folder().resolve("canary.log");
        lab.network().addAddress(WS_ADDRESS);
        List<String> certificate = lab.certificate(List.of("api.lab.test", "other.lab.test", "ws.lab.test"));
        lab.network()
                .serve(
                        NetworkLab.WEB_ADDRESS,
                        443,
                        TlsLab.PYTHON,
                        Programs.copy("/network/canary_server.py", lab.folder()).toString(),
                        NetworkLab.WEB_ADDRESS,
                        WS_ADDRESS,
                        certificate.getFirst(),
                        certificate.getLast(),
                        log.toString());
    }

    @AfterAll
    static void closeLab() {
        lab.close();
    }

    @BeforeEach
    void makeSecrets() throws Exception {
        Files.deleteIfExists(log);
        for (String key : KEYS) {
            secrets.put(key, canary.secret(key.equals("JSON_KEY") || key.equals("TEXT_KEY") ? "\"\\x" : ""));
        }
        secrets.put("FILE_KEY", canary.secret(""));
    }

    private Agent agent(String... binaries) throws Exception {
        Path runtime = Files.createDirectory(folder.resolve("runtime"));
        Path secret = Files.writeString(folder.resolve("secret"), secret("FILE_KEY") + "\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Path declared = Files.writeString(folder.resolve("credentials.yaml"), """
                version: 1
                credentials:
                  - {key: FILE_KEY, from_file: secret, bindings: [api.lab.test/file]}
                """);
        Agent agent = lab.agent(folder)
                .environment("XDG_RUNTIME_DIR", runtime.toString())
                .outlasting()
                .option("--name", "box")
                .option("--add-host", "api.lab.test:" + NetworkLab.WEB_ADDRESS)
                .option("--add-host", "other.lab.test:" + NetworkLab.WEB_ADDRESS)
                .option("--add-host", "ws.lab.test:" + WS_ADDRESS)
                .option("--credential-file", declared.toString());
        for (String key : KEYS) {
            agent.environment(key, secret(key))
                    .option("--credential", key + (key.equals("TEXT_KEY") ? "@ws.lab.test" : "@api.lab.test"));
        }
        for (String binary : binaries) {
            agent.readOnly(Path.of(binary));
        }
        String paths = Stream.of(binaries)
                .map(CanaryIT::real)
                .map("{path: \"%s\"}"::formatted)
                .collect(Collectors.joining(", "));
        return agent.policy("""
                  api:
                    endpoints:
                      - host: api.lab.test
                        port: 443
                        protocol: rest
                        enforcement: enforce
                        access: full
                        request_body_credential_rewrite: true
                      - {host: other.lab.test, port: 443, protocol: rest, enforcement: enforce, access: full}
                      - host: ws.lab.test
                        port: 443
                        protocol: websocket
                        enforcement: enforce
                        access: full
                        websocket_credential_rewrite: true
                    binaries: [%s]
                """.formatted(paths));
    }

    private static Path real(String binary) {
        try {
            return Path.of(binary).toRealPath();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void secrets_reach_their_server_and_are_nowhere_else() throws Exception {
        Optional<Path> found = Programs.node();
        assumeTrue(found.isPresent(), "node: not found (expected: 24 or newer, whose fetch knows proxies)");
        String node = found.get().toString();
        Set<Path> temporary = temporary();
        Agent agent = agent("/usr/bin/curl", "/usr/bin/python3", node)
                .file("canary_agent.py")
                .globalOption("-v")
                .environment("OPENSHELL_JAVA_OPTS", "-XX:-DisableAttachMechanism");

        Agent.Running running = agent.start("/usr/bin/python3", "/sandbox/canary_agent.py", node);
        Lines lines = running.lines();
        List<String> said = new ArrayList<>();
        for (String line = lines.next(); !line.equals("ready"); line = lines.next()) {
            said.add(line.strip());
        }

        assertThat(said)
                .as("%s", Files.readString(folder.resolve("errors.txt")))
                .startsWith("200", "200", "200", "200", "200", "200", "200", "200", "ok")
                .hasSize(12);
        assertThat(said.subList(9, 12)).noneMatch(line -> line.startsWith("200"));
        assertReceived();

        List<Long> inside = Search.descendants(running.process().toHandle());
        assertThat(inside).as("broker, launcher's two, python, node").hasSizeGreaterThanOrEqualTo(5);
        Search search = new Search(canary);
        for (long pid : inside) {
            search.process(pid);
            search.memory(pid);
        }
        search.process(running.process().pid());
        for (String own : List.of("tmp", "sandbox", "etc", "run", "var", "dev/shm")) {
            search.tree(Path.of("/proc/" + inside.getLast() + "/root", own), Set.of());
        }
        assertThat(search.bytes()).as("what was searched").isGreaterThan(50_000_000L);
        assertThat(search.found()).as("inside the sandbox").isEmpty();
        assertOnlyTheVaultHasThem(running.process().pid());

        lines.say("go on");
        assertThat(running.outcome().status()).isEqualTo(7);
        searchWhatIsLeft(search, temporary);
        assertThat(search.found()).as("what the run left").isEmpty();
    }

    private void assertReceived() throws Exception {
        String received = Files.readString(log, ISO_8859_1);
        assertThat(received)
                .contains("Authorization: Bearer " + secret("HEADER_KEY"))
                .contains("X-Api-Key: " + secret("FILE_KEY"))
                .contains(Base64.getEncoder().encodeToString(("me:" + secret("BASIC_KEY")).getBytes(UTF_8)))
                .contains("x-api-key: " + secret("NODE_KEY"))
                .contains(escaped("JSON_KEY"))
                .contains("message: {\"token\": \"" + escaped("TEXT_KEY") + "\"}")
                .doesNotContain("openshell:resolve");
        String decoded =
                URLDecoder.decode(received.replace("+", "%2B").replaceAll("%(?![0-9A-Fa-f]{2})", "%25"), UTF_8);
        assertThat(decoded)
                .contains("GET /query?key=" + secret("QUERY_KEY"))
                .contains("GET /bot" + secret("PATH_KEY") + "/send")
                .contains("token=" + secret("FORM_KEY"));
    }

    private String secret(String key) {
        return Objects.requireNonNull(secrets.get(key), key);
    }

    /** As JSON has it. */
    private String escaped(String key) {
        return secret(key).replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** Of each secret there is one array in the heap of the process that holds them, and no text. */
    private void assertOnlyTheVaultHasThem(long supervisor) throws Exception {
        Path file = folder.resolve("heap.hprof");
        Programs.run(System.getProperty("java.home") + "/bin/jcmd " + supervisor + " GC.heap_dump " + file, folder);
        HeapDump heap = HeapDump.read(file, canary);
        Files.delete(file);

        assertThat(heap.strings()).as("strings in the dump").isGreaterThan(1000);
        assertThat(heap.stringsOfCanaries()).as("strings with a secret").isZero();
        assertThat(heap.chars()).as("arrays of chars with a secret").isEmpty();
        assertThat(heap.arrays().stream().map(bytes -> new String(bytes, UTF_8)).toList())
                .as("arrays of bytes with a secret")
                .containsExactlyInAnyOrderElementsOf(secrets.values());
    }

    private void searchWhatIsLeft(Search search, Set<Path> before) throws Exception {
        search.tree(folder, Set.of(folder.resolve("secret")));
        Set<Path> temporary = temporary();
        temporary.removeAll(before);
        for (Path path : temporary) {
            String name = path.getFileName().toString();
            if (name.startsWith("openshell")
                    || name.startsWith("hsperf")
                    || name.startsWith("jna")
                    || name.startsWith("libnetty")
                    || name.startsWith("hs_err")
                    || name.startsWith("core")) {
                search.tree(path, Set.of());
            }
        }
    }

    private static Set<Path> temporary() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("/tmp"))) {
            return files.collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** What shows that the other test could fail. */
    @Test
    void the_search_finds_a_secret_that_is_given_away() throws Exception {
        Agent agent = agent("/bin/sh").option("--env", "LEAKED=" + secret("HEADER_KEY"));
        Agent.Running running =
                agent.start("/bin/sh", "-c", "printf %s \"$LEAKED\" | base64 > leaked; echo up; read line");
        Lines lines = running.lines();
        assertThat(lines.next()).isEqualTo("up");

        Search inside = new Search(canary);
        for (long pid : Search.descendants(running.process().toHandle())) {
            inside.process(pid);
            inside.memory(pid);
        }
        lines.say("end");
        Agent.Outcome outcome = running.outcome();
        Search left = new Search(canary);
        left.tree(folder, Set.of(folder.resolve("secret")));

        assertThat(outcome.status()).isZero();
        assertThat(inside.found())
                .anyMatch(line -> line.matches("/proc/\\d+/environ: as it is"))
                .anyMatch(line -> line.matches("/proc/\\d+ \\[stack\\]: as it is"));
        assertThat(left.found()).containsExactly(agent.workdir().resolve("leaked") + ": base64, 0 bytes in");
        assertThat(outcome.err())
                .contains("--env: LEAKED: the agent gets the value of the credential HEADER_KEY in clear");
    }

    @Test
    void a_value_that_is_refused_is_not_shown() throws Exception {
        Agent agent = agent("/bin/sh")
                .environment("HEADER_KEY", secret("HEADER_KEY") + "\r\nX: y")
                .globalOption("-v");

        Agent.Running running = agent.start("/bin/true");
        Agent.Outcome outcome = running.outcome();

        assertThat(outcome.status()).isEqualTo(125);
        assertThat(outcome.err()).contains("HEADER_KEY: a value with a control character");
        Search search = new Search(canary);
        search.tree(folder, Set.of(folder.resolve("secret")));
        assertThat(search.found()).isEmpty();
    }

    @Test
    void a_sandbox_is_resumed_with_values_that_are_read_again_or_not_at_all() throws Exception {
        Agent agent = agent("/usr/bin/curl");
        Agent.Running first = agent.start("/bin/sh", "-c", """
                ask() { curl -sS -m 60 -o /dev/null -w '%{http_code}\\n' -H "X-Api-Key: $HEADER_KEY" "https://api.lab.test/$1"; }
                ask before; echo up; read line; ask after; exit 9
                """);
        Lines lines = first.lines();
        assertThat(lines.next()).isEqualTo("200");
        assertThat(lines.next()).isEqualTo("up");
        first.process().toHandle().destroyForcibly();
        assertThat(first.process().waitFor(20, TimeUnit.SECONDS)).isTrue();

        Agent.Outcome refused = agent.without("HEADER_KEY").resume("box").outcome();
        assertThat(refused.status()).as("%s", refused).isEqualTo(125);
        assertThat(refused.err()).contains("box: HEADER_KEY: not set", "box waits for the next 'resume'");

        Path file = folder.resolve("secret");
        Path shown = Files.move(file, agent.workdir().resolve("shown"));
        Files.createSymbolicLink(file, shown);
        Agent.Outcome visible = agent.environment("HEADER_KEY", secret("HEADER_KEY"))
                .resume("box")
                .outcome();
        assertThat(visible.status()).as("%s", visible).isEqualTo(125);
        assertThat(visible.err()).contains(file + ": the agent could read it", "box waits for the next 'resume'");
        Files.move(shown, file, StandardCopyOption.REPLACE_EXISTING);

        String rotated = canary.secret("");
        Agent.Running resumed = agent.environment("HEADER_KEY", rotated).resume("box");
        lines.say("go on");
        Agent.Outcome outcome = resumed.outcome();

        assertThat(lines.next()).as("%s", outcome).isEqualTo("200");
        assertThat(outcome.status()).isEqualTo(9);
        assertThat(Files.readString(log, ISO_8859_1))
                .containsSubsequence(
                        "GET /before", "X-Api-Key: " + secret("HEADER_KEY"), "GET /after", "X-Api-Key: " + rotated);
    }
}
