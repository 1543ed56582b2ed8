package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.testkit.ContainerEngine;
import io.openshell.testkit.ContainerEngine.Kind;
import io.openshell.testkit.NetworkLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * The same sandbox once per driver: this machine's own files, and images of Docker and Podman with glibc, with musl and with
 * nothing but one program. Each run tries many things, for starting is what takes time.
 */
@Tag("root")
class ContainersIT {

    private static final int POLICY_DENIED = 403;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final String CLIENTS = """
              web:
                endpoints:
                  - host: www.lab.test
                    port: 443
                    protocol: rest
                    enforcement: enforce
                    rules:
                      - allow: {method: GET, path: /public/**}
                      - allow: {method: POST, path: /lab/method}
                      - allow: {method: GET, path: /repo.git/**}
                binaries: [{path: /usr/bin/curl}, {path: /usr/lib/git-core/git-remote-http}]
              python:
                endpoints:
                  - host: python.lab.test
                    port: 443
                    protocol: rest
                    enforcement: enforce
                    rules:
                      - allow: {method: GET, path: /public/**}
                binaries: [{path: /usr/bin/python3}]
            """;

    private static final String BUSYBOX = """
              web:
                endpoints:
                  - host: www.lab.test
                    port: 80
                    protocol: rest
                    enforcement: enforce
                    rules:
                      - allow: {method: GET, path: /public/**}
                binaries: [{path: %s}]
            """;

    private static TlsLab lab;

    @TempDir
    private static Path files;

    @TempDir
    private Path folder;

    static Stream<Place> full() {
        return Stream.of(
                new Place(Optional.empty(), ""),
                new Place(Optional.of(Kind.DOCKER), "glibc"),
                new Place(Optional.of(Kind.PODMAN), "glibc"));
    }

    @BeforeAll
    static void openLab() throws Exception {
        Place.assumeEngines();
        lab = TlsLab.open();
        Files.writeString(Files.createDirectory(files.resolve("public")).resolve("hello.txt"), "hello from nginx\n");
        Files.writeString(Files.createDirectory(files.resolve("private")).resolve("secret.txt"), "secret\n");
        Path info = Files.createDirectories(files.resolve("repo.git/info"));
        Files.writeString(info.resolve("refs"), "0123456789012345678901234567890123456789\trefs/heads/main\n");
        Files.writeString(files.resolve("repo.git/HEAD"), "ref: refs/heads/main\n");
        lab.name("www.lab.test", "python.lab.test");
        lab.network().nginx(NetworkLab.WEB_ADDRESS, lab.certificates().issue("www.lab.test", "python.lab.test"), files);
        Place.makeImages();
    }

    @AfterAll
    static void closeLab() {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @MethodSource("full")
    void agents_do_what_the_policy_allows_and_nothing_else(Place place) throws Exception {
        Agent agent = agent(place).policy(CLIENTS).file("confined_client.py");
        agent.option("--attest", folder.resolve("attest.json").toString());

        Agent.Outcome outcome = agent.run("/usr/bin/python3", "-I", "/sandbox/confined_client.py");

        JsonNode came = Events.json(outcome.success());
        assertExchanges(came);
        assertConfined(came);
        String proxy = place.kind().isPresent() ? "http://127.0.0.1:3128" : "http://10.200.0.1:3128";
        assertThat(came.path("proxy").asString()).isEqualTo(proxy);
        assertThat(came.path("image").asString("")).isEqualTo(place.kind().isPresent() ? "yes" : "");
        assertThat(agent.workdir().resolve("made")).exists();
        assertEvents(outcome.events());
        JsonNode proof = Events.json(Files.readString(folder.resolve("attest.json")));
        assertThat(proof.path("attempts").size()).isGreaterThan(150);
    }

    private static void assertExchanges(JsonNode came) {
        assertThat(came.path("allowed").toString()).isEqualTo("[0,\"hello from nginx\\n\"]");
        assertThat(came.path("wrote").toString()).isEqualTo("[0,\"POST /lab/method\\n\"]");
        assertThat(came.path("denied").path(1).asString()).isEqualTo(Integer.toString(POLICY_DENIED));
        assertThat(came.path("elsewhere").path(0).asInt()).isEqualTo(56);
        assertThat(came.path("git").path(1).asString()).contains("refs/heads/main");
        assertThat(came.path("own").toString()).isEqualTo("[200,\"hello from nginx\\n\"]");
        assertThat(came.path("borrowed").path(1).asString()).contains("403");
    }

    private static void assertConfined(JsonNode came) {
        assertThat(came.path("tcp").asString()).isEqualTo("ENETUNREACH");
        assertThat(came.path("udp").asString()).isEqualTo("ENETUNREACH");
        assertThat(came.path("loopback").asString()).isEqualTo("happened");
        assertThat(came.path("netlink").asString()).isEqualTo("EPERM");
        assertThat(came.path("user namespace").asString()).isEqualTo("EPERM");
        assertThat(came.path("mount").asString()).isEqualTo("EPERM");
        assertThat(came.path("made").asString()).isEqualTo("happened");
        assertThat(came.path("temporary").asString()).isEqualTo("happened");
        assertThat(came.path("system").asString()).isIn("EACCES", "EROFS");
        assertThat(came.path("hidden").asString()).isIn("EACCES", "ENOENT");
        assertThat(came.path("root").asString()).isIn("EACCES", "ENOENT");
        assertThat(came.path("first process").asString()).isEqualTo("EACCES");
        assertThat(came.path("launcher").asString()).isIn("EACCES", "ENOENT");
        assertThat(came.path("uid").asInt()).isPositive();
        assertThat(came.path("groups").size()).isEqualTo(1);
        assertThat(came.path("capabilities").toString()).isEqualTo("[\"0000000000000000\",\"0000000000000000\"]");
        assertThat(came.path("hardened").toString()).isEqualTo("[\"1\",\"2\"]");
        assertThat(came.path("ours").asString()).isEqualTo("1");
    }

    private static void assertEvents(Events events) {
        assertThat(events.denied().toString())
                .contains("/private/secret.txt", "other.lab.test", "/usr/bin/python3")
                .doesNotContain("hello from nginx");
        assertThat(events.allowed().toString()).contains("/usr/bin/curl", "git-remote-http");
        assertThat(events.bypassed().toString()).contains("192.0.2.1");
    }

    @ParameterizedTest
    @MethodSource("full")
    void a_command_ends_as_it_would_elsewhere_and_reaches_nothing_by_default(Place place) throws Exception {
        assertThat(agent(place, "plain").run("/bin/sh", "-c", "cat; exit 7").status())
                .isEqualTo(7);
        assertThat(agent(place, "signal").run("/bin/sh", "-c", "kill -TERM $$").status())
                .isEqualTo(128 + 15);
        assertThat(agent(place, "missing").run("/usr/bin/no-such").status()).isEqualTo(127);
        assertThat(agent(place, "late")
                        .option("--timeout", "1")
                        .run("/bin/sh", "-c", "sleep 60")
                        .status())
                .isEqualTo(124);
        Agent.Outcome denied =
                agent(place, "denied").run("/usr/bin/curl", "-sS", "https://www.lab.test/public/hello.txt");
        assertThat(denied.status()).isEqualTo(56);
        assertThat(denied.events().denied()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_image_with_musl_is_confined_alike(Kind kind) throws Exception {
        Place place = new Place(Optional.of(kind), "musl");
        Agent.Outcome outcome =
                agent(place).policy(BUSYBOX.formatted("/bin/busybox")).run("/bin/sh", "-c", """
                        wget -q -O - http://www.lab.test/public/hello.txt
                        wget -q -O - http://www.lab.test/private/secret.txt 2>&1
                        hello; cat /secret/file 2>&1; id -G; echo made >/sandbox/made && cat /sandbox/made
                        """);

        assertThat(outcome.success().lines())
                .containsExactly(
                        "hello from nginx",
                        "wget: server returned error: HTTP/1.1 403 Forbidden",
                        "musl 65532",
                        "cat: can't open '/secret/file': Permission denied",
                        "65532",
                        "made");
        assertThat(outcome.events().denied()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_image_of_one_static_program_is_confined_alike(Kind kind) throws Exception {
        Place place = new Place(Optional.of(kind), "distroless");
        Agent allowed = agent(place, "allowed").readOnly(Path.of("/wget")).policy(BUSYBOX.formatted("/wget"));
        assertThat(allowed.run("/wget", "-q", "-O", "-", "http://www.lab.test/public/hello.txt")
                        .success())
                .isEqualTo("hello from nginx\n");
        Agent.Outcome hidden = agent(place, "hidden")
                .policy(BUSYBOX.formatted("/wget"))
                .run("/wget", "http://www.lab.test/public/hello.txt");
        assertThat(hidden.status()).isEqualTo(126);
        assertThat(hidden.err())
                .contains(
                        "/wget: Permission denied (expected: a program that the policy shows, with the interpreter and"
                                + " the libraries that it needs; list their folders in filesystem_policy.read_only, or / for all"
                                + " of the image)");
        Agent.Outcome denied = agent(place, "default").run("/wget", "http://www.lab.test/public/hello.txt");
        assertThat(denied.status()).isEqualTo(1);
        assertThat(denied.events().denied()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void without_a_policy_all_of_the_image_is_shown_and_nothing_that_is_mounted(Kind kind) throws Exception {
        Path shown = Files.createDirectory(folder.resolve("shown"));
        Files.writeString(shown.resolve("file"), "of this machine\n");
        Agent agent = bare(kind, "openshell-it-places", "default");
        for (String target : List.of("/data", "/secret/deep")) {
            agent.option("--mount", shown + ":" + target);
        }

        Agent.Outcome outcome = agent.run("sh", "-c", """
                id -u; id -g; pwd; cat /secret/file /tool/file /etc/passwd >/dev/null && echo read
                echo made >made && cat made; echo >/tmp/made && echo >/sandbox/made && echo written
                for each in /data/file /secret/deep/file /link/file /sys/kernel/notes /run/openshell/control \
                    /opt/openshell/bin/openshell-launcher; do cat $each && echo SEEN $each; done
                echo >/tool/made && echo SEEN tool; echo >/bin/made && echo SEEN bin; true
                """);

        assertThat(outcome.success()).isEqualTo("1000\n1001\n/deep/work/place\nread\nmade\nwritten\n");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_agent_starts_where_the_image_says_also_if_it_may_do_nothing_there(Kind kind) throws Exception {
        Path policy = Files.writeString(
                folder.resolve("narrow.yaml"), "version: 1\nfilesystem_policy: {read_only: [/bin]}\n");
        Agent.Outcome outcome = bare(kind, "openshell-it-places", "narrow")
                .option("--policy", policy.toString())
                .run("sh", "-c", "pwd; echo $HOME; ls . || echo >made || echo refused; ls /tool || echo hidden");
        assertThat(outcome.success()).isEqualTo("/deep/work/place\n/deep/work/place\nrefused\nhidden\n");

        Agent.Outcome kernels = bare(kind, "openshell-it-kernel", "kernel").run("sh", "-c", "pwd");
        assertThat(kernels.status()).isEqualTo(125);
        assertThat(kernels.err()).contains("the image's WORKDIR: /proc/sys (expected: a folder outside of /proc");

        Agent linked = bare(kind, "openshell-it-linked", "linked");
        Agent.Outcome refused = linked.run("sh", "-c", "pwd");
        assertThat(refused.status()).isEqualTo(125);
        assertThat(refused.err())
                .contains("error: the image's WORKDIR: /link/work (/link is a symbolic link to /data; expected: ")
                .contains("name what it leads to in the image, or use --workdir DIR, which takes its place)");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void the_image_says_who_and_where_unless_somebody_else_does_and_never_root(Kind kind) throws Exception {
        assertThat(bare(kind, "openshell-it-node", "user")
                        .policy(BUSYBOX.formatted("/bin/busybox"))
                        .run("/bin/sh", "-c", "id -u; id -g; pwd; echo >made && echo $HOME")
                        .success())
                .isEqualTo("1000\n1001\n/work\n/work\n");
        assertThat(bare(kind, "openshell-it-node", "option")
                        .option("--user", "1234")
                        .run("/bin/busybox", "id", "-u")
                        .success())
                .isEqualTo("1234\n");
        Path policy = Files.writeString(folder.resolve("user.yaml"), """
                version: 1
                filesystem_policy: {read_only: [/]}
                process: {run_as_user: node}
                """);
        assertThat(bare(kind, "openshell-it-places", "policy")
                        .option("--policy", policy.toString())
                        .run("sh", "-c", "id -u; id -g")
                        .success())
                .isEqualTo("2000\n1001\n");
        Agent.Outcome root = bare(kind, "openshell-it-root", "root")
                .policy(BUSYBOX.formatted("/bin/busybox"))
                .run("/bin/sh", "-c", "id");
        assertThat(root.status()).isEqualTo(125);
        assertThat(root.err())
                .contains("the image's user: root (expected: any account but root; name another with --user");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void nothing_is_left_behind_even_if_openshell_is_killed(Kind kind) throws Exception {
        Place place = new Place(Optional.of(kind), "musl");
        Agent.Running running =
                agent(place).policy(BUSYBOX.formatted("/bin/busybox")).start("/bin/sh", "-c", "echo up; sleep 600");
        assertThat(running.process().inputReader().readLine()).isEqualTo("up");
        assertThat(containers(kind, "running")).contains("openshell-");
        running.process().destroyForcibly();
        assertThat(running.process().waitFor()).isNotZero();
        Instant deadline = Instant.now().plus(PATIENCE);
        while (containers(kind, "running").contains("openshell-")
                && Instant.now().isBefore(deadline)) {
            Thread.sleep(100);
        }
        assertThat(containers(kind, "running")).doesNotContain("openshell-");
    }

    private static String containers(Kind kind, String status) throws IOException {
        return ContainerEngine.shared(kind)
                .curl("GET", "/v1.41/containers/json?filters=%7B%22status%22%3A%5B%22" + status + "%22%5D%7D");
    }

    private Agent agent(Place place) throws IOException {
        return agent(place, "run");
    }

    private Agent agent(Place place, String run) throws IOException {
        return place.choose(lab.agent(Files.createDirectory(folder.resolve(run))));
    }

    /** Without a working folder of this machine's. */
    private Agent bare(Kind kind, String image, String run) throws IOException {
        return Place.choose(
                Agent.withoutWorkdir(lab.network(), Files.createDirectory(folder.resolve(run))), kind, image);
    }
}
