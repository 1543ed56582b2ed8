package io.openshell.distribution.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Programs;
import io.openshell.testkit.CertificateLab;
import io.openshell.testkit.CertificateLab.ServerCertificate;
import io.openshell.testkit.NetworkLab;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * What must hold in a sandbox holds wherever it runs. One sandbox a place does what each test asks of it; its agent is a
 * static program ({@code agent.c}), so that an image without a shell or a library is no exception.
 */
@Tag("root")
@ParameterizedClass
@MethodSource("io.openshell.distribution.network.Place#all")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EverywhereIT {

    private static final String WS_ADDRESS = "93.184.216.35";
    private static final Path REDIS_PLUGIN = Path.of(System.getProperty("openshell.example.plugin"));
    private static final int MANY = 3_000_000;
    private static final String BOX = "box";
    private static final String RUNTIME = "run";
    private static final String ROUTES = "routes.yaml";

    private static final Canary CANARY = new Canary();
    private static final String API_KEY = CANARY.secret("");
    private static final String MODEL_KEY = CANARY.secret("");

    private static NetworkLab lab;
    private static Path authority;
    private static Path log;
    private static Path shared;

    private static @Nullable Inhabitant box;

    private final Place place;

    EverywhereIT(Place place) {
        this.place = place;
    }

    @BeforeAll
    static void openLab() throws Exception {
        Place.assumeEngines();
        lab = NetworkLab.open();
        CertificateLab certificates = CertificateLab.create();
        authority = Files.writeString(lab.folder().resolve("authority.pem"), certificates.authorityPem());
        ServerCertificate certificate = certificates.issue("*.lab.test");
        log = lab.folder().resolve("canary.log");
        lab.addAddress(WS_ADDRESS);
        lab.name("ws.lab.test", WS_ADDRESS);
        for (String name : List.of("api", "graphql", "models", "cache", "other")) {
            lab.name(name + ".lab.test", NetworkLab.WEB_ADDRESS);
        }
        lab.serve(
                NetworkLab.WEB_ADDRESS,
                443,
                "/usr/bin/python3",
                Programs.copy("/network/canary_server.py", lab.folder()).toString(),
                NetworkLab.WEB_ADDRESS,
                WS_ADDRESS,
                Files.writeString(lab.folder().resolve("chain.pem"), certificate.chainPem())
                        .toString(),
                Files.writeString(lab.folder().resolve("key.pem"), certificate.keyPem())
                        .toString(),
                log.toString());
        String[] redis = {"redis-server", "--bind", NetworkLab.WEB_ADDRESS, "--protected-mode", "no", "--save", ""};
        lab.serve(NetworkLab.WEB_ADDRESS, 6379, redis);
        shared = Files.createDirectory(lab.folder().resolve("shared"));
        Place.compileAgent(shared.resolve("agent"), shared);
        Files.copy(
                REDIS_PLUGIN, Files.createDirectory(shared.resolve("plugins")).resolve("redis.jar"));
        // Of all places: in a folder of each the names of sockets would be too long.
        Files.createDirectory(lab.folder().resolve(RUNTIME));
        Place.makeImages();
    }

    @AfterAll
    static void closeLab() {
        if (lab != null) {
            lab.close();
        }
    }

    @BeforeParameterizedClassInvocation
    static void start(Place place) throws Exception {
        Path folder =
                Files.createDirectory(lab.folder().resolve(place.toString().replace(' ', '-')));
        Files.writeString(folder.resolve(ROUTES), """
                routes:
                  - {provider_type: openai-compatible, model: operators-model, endpoint: "https://models.lab.test/v1",
                     api_key_env: MODEL_KEY, protocols: [openai_chat_completions]}
                """);
        Files.deleteIfExists(log);
        Agent agent = agent(place, Files.createDirectory(folder.resolve(BOX)))
                .outlasting()
                .option("--name", BOX)
                .environment("XDG_RUNTIME_DIR", lab.folder().resolve(RUNTIME).toString())
                .globalOption("--plugins-dir", shared.resolve("plugins").toString())
                .environment("API_KEY", API_KEY)
                .environment("MODEL_KEY", MODEL_KEY)
                .option("--credential", "API_KEY@api.lab.test")
                .option("--credential", "API_KEY@ws.lab.test")
                .option("--env", "GIVEN=by the user")
                .option("--inference-routes", folder.resolve(ROUTES).toString())
                .option("--attest", folder.resolve("attest.json").toString())
                .flag("--watch-policy")
                .policy(policy(place, "public"));
        box = new Inhabitant(place, folder, agent, agent.start(place.program("agent")));
    }

    private static String policy(Place place, String path) {
        return """
                  web:
                    endpoints:
                      - host: api.lab.test
                        port: 443
                        protocol: rest
                        enforcement: enforce
                        request_body_credential_rewrite: true
                        rules: [{allow: {method: GET, path: "/%s/**"}}, {allow: {method: POST, path: /hook}}]
                      - host: graphql.lab.test
                        port: 443
                        protocol: graphql
                        enforcement: enforce
                        rules: [{allow: {operation_type: query, fields: [viewer]}}]
                      - host: ws.lab.test
                        port: 443
                        protocol: websocket
                        enforcement: enforce
                        websocket_credential_rewrite: true
                        rules: [{allow: {method: GET, path: /**}}, {allow: {method: WEBSOCKET_TEXT, path: /chat}}]
                      - host: cache.lab.test
                        port: 6379
                        protocol: redis
                        enforcement: enforce
                        rules: [{allow: {command: {any: [GET, SET]}, key: "app:*"}}]
                      - {host: stranger.lab.test, port: 443, protocol: rest, enforcement: enforce, access: full}
                    binaries: [{path: %s}]
                  others:
                    endpoints: [{host: other.lab.test, port: 443, protocol: rest, enforcement: enforce, access: full}]
                    binaries: [{path: %s}, {path: /sandbox/third}]
                """.formatted(path, place.program("agent"), place.program("other"));
    }

    /** With a working folder that has the programs in it, for places that have no image. */
    private static Agent agent(Place place, Path folder) throws IOException {
        Agent made = new Agent(lab, folder);
        Files.copy(shared.resolve("agent"), made.workdir().resolve("agent"));
        Files.copy(shared.resolve("agent"), made.workdir().resolve("other"));
        Files.copy(shared.resolve("agent"), made.workdir().resolve("third"));
        return place.choose(made.option("--upstream-ca", authority.toString()));
    }

    /** One of its own for a test. */
    private Agent another(String name) throws IOException {
        return agent(place, Files.createDirectory(box().folder().resolve(name))).policy("  {}\n");
    }

    @AfterParameterizedClassInvocation
    static void end() throws Exception {
        box().end();
    }

    private static Inhabitant box() {
        return Objects.requireNonNull(box, "started");
    }

    private static String ask(String... words) throws Exception {
        return box().ask(words);
    }

    private static String eventsWith(String text) throws Exception {
        return box().eventsWith(text);
    }

    private static String received() throws IOException {
        return Files.exists(log) ? Files.readString(log, ISO_8859_1) : "";
    }

    @Test
    void requests_pass_over_tls_that_the_agent_trusts_if_the_policy_allows_them() throws Exception {
        assertThat(ask("fetch", "GET", "https://api.lab.test/public/1")).isEqualTo("200 ok");
        assertThat(ask("fetch", "GET", "https://api.lab.test/private/1"))
                .startsWith("403 {\"error\":\"policy_denied\"");
        assertThat(ask("fetch", "DELETE", "https://api.lab.test/public/1")).startsWith("403 ");
        assertThat(ask("fetch", "GET", "https://nowhere.lab.test/")).isEqualTo("connect 403");
        assertThat(ask("env", "https_proxy")).isEqualTo(place.proxy());
        assertThat(received()).contains("GET /public/1 ").doesNotContain("/private/1", "DELETE");
        assertThat(eventsWith("nowhere.lab.test"))
                .contains("/private/1", "network_policies.web.endpoints[0]", place.program("agent"));
    }

    @Test
    void programs_are_known_by_their_paths() throws Exception {
        assertThat(ask("as", place.program("other"), "fetch", "GET", "https://other.lab.test/"))
                .isEqualTo("200 ok");
        assertThat(ask("fetch", "GET", "https://other.lab.test/")).isEqualTo("connect 403");
        assertThat(ask("as", "/no/such/program", "id")).isEqualTo("ENOENT");
        assertThat(eventsWith("other.lab.test")).contains(place.program("other"));
    }

    @Test
    void operations_of_graphql_are_read() throws Exception {
        assertThat(graphql("query { viewer }")).isEqualTo("200 ok");
        assertThat(graphql("mutation { deleteRepo }")).startsWith("403 ").contains("mutation of deleteRepo");
        assertThat(received()).contains("query { viewer }").doesNotContain("deleteRepo");
    }

    private static String graphql(String document) throws Exception {
        String body = "{\"query\": \"" + document + "\"}";
        return ask("fetch", "POST", "https://graphql.lab.test/graphql", "Content-Type: application/json", body);
    }

    @Test
    void messages_of_websockets_are_read() throws Exception {
        assertThat(ask("ws", "wss://ws.lab.test/chat")).isEqualTo("101");
        assertThat(ask("say", "hello")).isEqualTo("ok");
        assertThat(ask("ws", "wss://ws.lab.test/quiet")).isEqualTo("101");
        assertThat(ask("say", "forbidden")).isEqualTo("closed 1008 websocket text message denied by policy");
        assertThat(received()).contains("message: hello").doesNotContain("forbidden");
    }

    @Test
    void a_strangers_plugin_brings_its_protocol() throws Exception {
        assertThat(redis("SET", "app:greeting", "hello")).isEqualTo("+OK");
        assertThat(redis("GET", "private:key")).startsWith("-NOPERM ");
    }

    private static String redis(String... words) throws Exception {
        String command = "*" + words.length + "\r\n"
                + Stream.of(words)
                        .map(word -> "$" + word.length() + "\r\n" + word + "\r\n")
                        .collect(Collectors.joining());
        return ask("raw", "cache.lab.test", "6379", HexFormat.of().formatHex(command.getBytes(US_ASCII)));
    }

    @Test
    void inference_is_answered_with_a_key_that_the_agent_has_not() throws Exception {
        assertThat(askModel()).startsWith("200 ");
        assertThat(ask("env", "MODEL_KEY")).isEqualTo("unset");
        assertThat(received())
                .contains("POST /v1/chat/completions", "Bearer " + MODEL_KEY, "operators-model")
                .doesNotContain("theirs");
    }

    private static String askModel() throws Exception {
        return ask(
                "fetch",
                "POST",
                "https://inference.local/v1/chat/completions",
                "Content-Type: application/json",
                "{\"model\": \"theirs\", \"messages\": []}");
    }

    @Test
    void keys_reach_their_server_and_nobody_else_has_them() throws Exception {
        String placeholder = ask("env", "API_KEY");
        assertThat(placeholder).startsWith("openshell:resolve:env:").endsWith("API_KEY");
        assertThat(ask("fetch", "GET", "https://api.lab.test/public/key", "Authorization: Bearer " + placeholder))
                .isEqualTo("200 ok");
        assertThat(ask("fetch", "POST", "https://api.lab.test/hook", "Content-Type: text/plain", placeholder))
                .isEqualTo("200 ok");
        assertThat(ask("ws", "wss://ws.lab.test/chat")).isEqualTo("101");
        assertThat(ask("say", "key " + placeholder)).isEqualTo("ok");
        assertThat(ask(
                        "as",
                        place.program("other"),
                        "fetch",
                        "GET",
                        "https://other.lab.test/key",
                        "X-Key: " + placeholder))
                .doesNotStartWith("200");
        assertThat(received())
                .contains("Authorization: Bearer " + API_KEY, "\n" + API_KEY + "\n", "message: key " + API_KEY)
                .doesNotContain("openshell:resolve", "GET /key");
        Search search = new Search(CANARY);
        eventsWith("/public/key");
        box().search(search);
        assertThat(search.found()).isEmpty();
    }

    @Test
    void nothing_leads_past_the_proxy() throws Exception {
        assertThat(ask("connect", "192.0.2.1", "443")).isEqualTo("ENETUNREACH");
        assertThat(ask("connect", NetworkLab.WEB_ADDRESS, "443")).isEqualTo("ENETUNREACH");
        assertThat(ask("socket", "16", "3", "0")).as("netlink").isEqualTo("EPERM");
        assertThat(ask("socket", "17", "3", "0")).as("packet").isEqualTo("EPERM");
        assertThat(ask("socket", "2", "3", "1")).as("raw").isEqualTo("EPERM");
        assertThat(eventsWith("bypass-detect")).contains("192.0.2.1");
    }

    @Test
    void files_are_the_policys() throws Exception {
        assertThat(ask("open", "/sandbox/made", "w")).isEqualTo("happened");
        assertThat(ask("open", "/tmp/made", "w")).isEqualTo("happened");
        assertThat(ask("open", "/usr/made", "w")).isIn("EACCES", "EROFS");
        assertThat(ask("open", place.program("agent"), "r")).isEqualTo("happened");
        assertThat(ask("list", "/root")).isIn("EACCES", "ENOENT");
        assertThat(ask("list", "/run/openshell")).isIn("EACCES", "ENOENT");
        assertThat(ask("open", "/proc/1/environ", "r")).isEqualTo("EACCES");
        assertThat(ask("cwd")).isEqualTo("/sandbox");
        String owner = ask("owner", "/sandbox/made");
        assertThat(ask("id")).isEqualTo(owner + " " + owner + " 1").doesNotStartWith("0 ");
        assertThat(box().agent().workdir().resolve("made")).exists();
    }

    @Test
    void dangerous_calls_are_refused_and_nothing_is_left_of_root() throws Exception {
        for (String call :
                List.of("unshare", "mount", "ptrace", "bpf", "io_uring", "keyctl", "perf", "memory", "root")) {
            assertThat(ask("call", call)).as(call).isEqualTo("EPERM");
        }
        assertThat(ask("call", "clone3")).isEqualTo("ENOSYS");
        for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
            assertThat(ask("status", set)).as(set).isEqualTo("0000000000000000");
        }
        assertThat(ask("status", "NoNewPrivs")).isEqualTo("1");
        assertThat(ask("status", "Seccomp")).isEqualTo("2");
        assertThat(ask("env", "OPENSHELL_SANDBOX")).isEqualTo("1");
        assertThat(ask("env", "GIVEN")).isEqualTo("by the user");
        assertThat(ask("env", "JAVA_HOME")).isEqualTo("unset");
    }

    @Test
    void the_sandbox_has_tried_it_all_before() throws Exception {
        assertThat(ask("id")).isNotEmpty();
        JsonNode proof = Events.json(Files.readString(box().folder().resolve("attest.json")));
        assertThat(proof.path("attempts").size()).isGreaterThan(150);
        assertThat(eventsWith("Sandbox attestation passed")).doesNotContain("attestation failed");
    }

    @Test
    @Order(Integer.MAX_VALUE - 2)
    void another_policy_takes_over_and_what_it_does_not_know_ends() throws Exception {
        assertThat(ask("fetch", "GET", "https://api.lab.test/public/2")).isEqualTo("200 ok");
        assertThat(ask("ws", "wss://ws.lab.test/chat")).isEqualTo("101");
        assertThat(ask("say", "before")).isEqualTo("ok");
        replacePolicy("changed");
        assertThat(ask("hear")).isEqualTo("closed 1012 policy replaced");
        assertThat(ask("keep", "GET", "https://api.lab.test/changed/2")).isEqualTo("200 ok");
        assertThat(ask("keep", "GET", "https://api.lab.test/public/3")).startsWith("403 ");
        assertThat(received()).doesNotContain("/public/3");
    }

    private void replacePolicy(String path) throws Exception {
        String text = box().agent().policyText(policy(place, path));
        Path next = Files.writeString(box().folder().resolve("next.yaml"), text);
        Files.move(next, box().folder().resolve("box/policy.yaml"), StandardCopyOption.ATOMIC_MOVE);
        eventsWith("Policy reloaded successfully");
    }

    /** Comes after {@link #another_policy_takes_over_and_what_it_does_not_know_ends}: the newest policy holds. */
    @Test
    @Order(Integer.MAX_VALUE - 1)
    void it_outlives_openshell_and_another_one_takes_it_over_as_it_was() throws Exception {
        String placeholder = ask("env", "API_KEY");
        assertThat(ask("as", "/sandbox/third", "fetch", "GET", "https://other.lab.test/"))
                .isEqualTo("200 ok");
        box().running().process().destroyForcibly().waitFor();
        box().running().lines().say("fetch\tGET\thttps://api.lab.test/changed/waits");
        replaceThird();
        assertThat(box().containers()).hasSize(place.kind().isPresent() ? 1 : 0);

        String routes = box().folder().resolve(ROUTES).toString();
        Agent.Running resumed = box().agent().resume(BOX, "--inference-routes", routes);
        box = new Inhabitant(place, box().folder(), box().agent(), resumed);

        assertThat(resumed.lines().next()).isEqualTo("200 ok");
        assertThat(ask("fetch", "GET", "https://api.lab.test/public/again")).startsWith("403 ");
        assertThat(ask("as", "/sandbox/third", "fetch", "GET", "https://other.lab.test/"))
                .isEqualTo("connect 403");
        assertThat(ask("as", place.program("other"), "fetch", "GET", "https://other.lab.test/"))
                .isEqualTo("200 ok");
        assertThat(ask("fetch", "GET", "https://api.lab.test/changed/again", "Authorization: Bearer " + placeholder))
                .isEqualTo("200 ok");
        assertThat(askModel()).startsWith("200 ");
        assertThat(ask("connect", "192.0.2.9", "443")).isEqualTo("ENETUNREACH");
        assertThat(received()).doesNotContain("/public/again", "openshell:resolve");
        assertThat(eventsWith("192.0.2.9")).contains("Binary integrity violation: /sandbox/third hash changed");
    }

    private static void replaceThird() throws IOException {
        Path third = box().agent().workdir().resolve("third");
        Path other = Files.copy(third, third.resolveSibling("changed"));
        Files.writeString(other, "changed", StandardOpenOption.APPEND);
        other.toFile().setExecutable(true, false);
        Files.move(other, third, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void an_agent_on_a_terminal_has_one_of_its_own() throws Exception {
        Path script = Files.write(
                box().folder().resolve("terminal.py"),
                Objects.requireNonNull(EverywhereIT.class.getResourceAsStream("/life/terminal.py"))
                        .readAllBytes());
        String seen = another("terminal")
                .through("/usr/bin/python3", script.toString(), "everything")
                .run(place.program("agent"), "terminal")
                .success();

        assertThat(seen)
                .contains("raw True", "terminal /dev/pts/0", "size 30 100", "got hello", "size 40 120", "interrupted")
                .contains("status 9\nrestored True");
    }

    @Test
    void bytes_pass_through_pipes_as_they_are_and_the_status_is_the_agents() throws Exception {
        byte[] bytes = new byte[MANY];
        new Random(1).nextBytes(bytes);
        Agent.Running copying = another("pipes").start(place.program("agent"), "copy", "kill");
        Thread feeder = Thread.ofVirtual().start(() -> {
            try (OutputStream to = copying.process().getOutputStream()) {
                to.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        byte[] came = copying.process().getInputStream().readAllBytes();
        feeder.join();

        assertThat(Arrays.equals(came, bytes)).as("%d bytes", came.length).isTrue();
        Agent.Outcome outcome = copying.outcome();
        assertThat(outcome.status()).isEqualTo(128 + 9);
        assertThat(outcome.err()).isEqualTo("copied\n");
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void a_signal_to_openshell_is_the_agents_end_and_nothing_is_left() throws Exception {
        Process process = box().running().process();
        process.destroy();
        assertThat(process.waitFor()).isEqualTo(128 + 15);
        assertThat(box().containers()).isEmpty();
    }
}
