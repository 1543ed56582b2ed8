package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Lines;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Openshell.Outcome;
import io.openshell.distribution.Programs;
import io.openshell.testkit.ContainerEngine.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An ordinary user with an engine of their own, found where it is usual: nothing here is root's but the machine. */
@Tag("root")
@ParameterizedClass
@EnumSource(Kind.class)
class RootlessIT {

    private static final int PATIENCE_MILLIS = 60_000;
    private static final int REFUSED = 125;

    /** One a kind of engine: the engine's, and the account's with a home and a runtime directory. */
    @TempDir
    private static Path folders;

    private static Path folder = Path.of("");
    private static @Nullable Process service;

    private final Kind kind;

    RootlessIT(Kind kind) {
        this.kind = kind;
    }

    @BeforeParameterizedClassInvocation
    static void startEngine(Kind kind) throws Exception {
        String programs = kind == Kind.DOCKER ? "dockerd docker rootlesskit" : "podman";
        for (String program : (programs + " runc newuidmap busybox").split(" ", -1)) {
            assumeThat(Programs.run("command -v " + program + " || true", folders))
                    .as(
                            "%s on the PATH (Debian's packages docker.io, rootlesskit, podman, runc, uidmap,"
                                    + " busybox-static)",
                            program)
                    .isNotBlank();
        }
        Programs.run("chmod 711 .", folders);
        folder = Files.createDirectory(folders.resolve(name(kind)));
        Openshell.of(Account.ORDINARY, folder);
        Path script = Programs.copy("/life/rootless_engine.sh", folder);
        Process started = new ProcessBuilder("sh", script.toString(), name(kind), folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        service = started;
        long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (!Programs.run(ask(kind, "/_ping") + " 2>/dev/null || true", folder)
                .contains("OK")) {
            assertThat(started.isAlive() && System.nanoTime() - deadline < 0)
                    .as("the service: %s", Files.readString(folder.resolve("log")))
                    .isTrue();
            Thread.sleep(50);
        }
        String imports = kind == Kind.DOCKER
                ? "/v1.41/images/create?fromSrc=-&repo=openshell-it-rootless"
                : "/v4.0.0/libpod/images/import?reference=localhost/openshell-it-rootless:latest";
        Programs.run(
                "mkdir -p image/bin image/etc && cp $(command -v busybox) image/bin/busybox"
                        + " && for each in sh cat id touch; do ln -s busybox image/bin/$each; done"
                        + " && tar -C image --owner=0 --group=0 -cf image.tar . && "
                        + ask(kind, imports)
                        + " -X POST -H 'Content-Type: application/x-tar' --data-binary @image.tar",
                folder);
        Files.writeString(folder.resolve("policy.yaml"), "version: 1\nfilesystem_policy:\n  read_only: [/bin]\n");
    }

    /** With the first process of their namespace all of its processes are gone, before anybody waits for it in vain. */
    @AfterParameterizedClassInvocation
    static void endEngine() throws Exception {
        if (service != null) {
            service.children().forEach(ProcessHandle::destroyForcibly);
            service.waitFor();
        }
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** Where an engine of this kind listens without anybody saying so, seen from the folder. */
    private static String socket(Kind kind) {
        return kind == Kind.DOCKER ? "runtime/docker.sock" : "runtime/podman/podman.sock";
    }

    private static String ask(Kind kind, String target) {
        return "curl -sS --fail --unix-socket " + socket(kind) + " 'http://engine" + target + "'";
    }

    private Outcome run(List<String> options, String script) throws Exception {
        return run(Openshell.of(Account.ORDINARY, folder), options, script);
    }

    private Outcome run(Openshell openshell, List<String> options, String script) throws Exception {
        return openshell.run(arguments(options, script));
    }

    private String[] arguments(List<String> options, String script) {
        List<String> arguments = new ArrayList<>(List.of("run", "-v", "--driver", name(kind)));
        arguments.addAll(List.of("--image", "openshell-it-rootless", "--pull", "never"));
        arguments.addAll(List.of("--policy", folder.resolve("policy.yaml").toString()));
        arguments.addAll(options);
        arguments.addAll(List.of("--", "sh", "-c", script));
        return arguments.toArray(String[]::new);
    }

    private void assertNothingLeft() throws Exception {
        assertThat(Programs.run(ask(kind, "/v1.41/containers/json?all=true"), folder)
                        .strip())
                .isEqualTo("[]");
    }

    @Test
    void a_sandbox_is_confined_and_attested_like_everywhere() throws Exception {
        Outcome outcome = run(List.of(), "id -u; cat /proc/self/uid_map; cat /proc/self/status; touch /sandbox/made");

        assertThat(outcome.success())
                .startsWith("65532\n")
                // Root inside is who called.
                .containsPattern("\\n +0 +1000 +1\\n")
                .contains("CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2");
        assertThat(outcome.errors()).containsPattern("Sandbox attestation passed \\[attempts:[0-9]{3} ");
        assertNothingLeft();
    }

    @Test
    void a_sandbox_whose_openshell_was_killed_is_resumed() throws Exception {
        Openshell openshell = Openshell.of(Account.ORDINARY, folder);
        String[] run = arguments(List.of("--resumable", "--name", "box"), "echo up; read line; echo got $line; exit 7");
        ProcessBuilder builder = new ProcessBuilder(openshell.command(run)).directory(folder.toFile());
        try (Lines lines = Lines.attach(builder, folder)) {
            Process first =
                    builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
            assertThat(lines.next()).isEqualTo("up");
            first.destroyForcibly().waitFor();
            assertThat(openshell.run("resume").success()).contains("box");
            Process resumed = openshell.start("-v", "resume", "box");
            String told = resumed.errorReader().readLine();
            while (told != null && !told.contains("status:resumed")) {
                told = resumed.errorReader().readLine();
            }
            lines.say("on");
            assertThat(Openshell.outcome(resumed).status()).as(told).isEqualTo(7);
            assertThat(lines.next()).isEqualTo("got on");
        }
        assertNothingLeft();
    }

    @Test
    void a_working_directory_that_only_its_owner_can_write_to_is_refused() throws Exception {
        Path workdir = folder.resolve("home/work");
        Programs.run("mkdir -m 755 home/work && chown 1000:1000 home/work", folder);
        List<String> options = List.of("--workdir", workdir.toString());

        Outcome refused = run(options, "id");

        assertThat(refused.status()).isEqualTo(REFUSED);
        assertThat(refused.output()).isEmpty();
        assertThat(refused.errors())
                .contains("mount: " + workdir + ":/sandbox: only you may write there (expected: a place where everybody"
                        + " may write, as after chmod o+rwx,");
        assertNothingLeft();

        Programs.run("chmod o+rwx home/work", folder);
        run(options, "id >/sandbox/made").success();
        assertThat(Files.readString(workdir.resolve("made"))).startsWith("uid=1000(");
    }

    @Test
    void limits_are_what_the_engine_was_given_and_the_rest_is_told() throws Exception {
        boolean memory = canLimitMemory();
        String doctor = Openshell.of(Account.ORDINARY, folder).run("doctor").text();
        Outcome run = run(List.of("--memory", "64M"), "id");
        Outcome required = run(List.of("--memory", "64M", "--require-limits"), "id");

        assertThat(doctor).containsPattern("driver-" + name(kind));
        assertThat(doctor.lines()
                        .anyMatch(line -> line.contains(name(kind) + " cannot limit ") && line.contains("memory")))
                .isEqualTo(!memory);
        assertThat(run.success()).startsWith("uid=65532(");
        assertThat(run.errors().contains("the engine has no control group for it"))
                .isEqualTo(!memory);
        assertThat(run.errors().contains("memory:67108864]")).isEqualTo(memory);
        assertThat(required.status()).isEqualTo(memory ? 0 : REFUSED);
        assertNothingLeft();
    }

    private boolean canLimitMemory() throws Exception {
        String target = kind == Kind.DOCKER ? "/v1.41/info" : "/v4.0.0/libpod/info";
        JsonNode info = new JsonMapper().readTree(Programs.run(ask(kind, target), folder));
        return kind == Kind.DOCKER
                ? info.path("MemoryLimit").asBoolean()
                : info.path("host")
                        .path("cgroupControllers")
                        .valueStream()
                        .anyMatch(it -> it.asString().equals("memory"));
    }

    /** By the context that the real {@code docker} made and uses, or by Podman's variable. */
    @Test
    void an_engine_that_is_named_is_used_and_no_other() throws Exception {
        Openshell openshell = Openshell.of(Account.ORDINARY, folder);
        Path none = folder.resolve("runtime/none.sock");
        Path named = folder.resolve("home/named.sock");
        Programs.run("ln -f " + socket(kind) + " " + named, folder);

        name(openshell, "create", none);
        Outcome nowhere = run(openshell, List.of(), "id");
        name(openshell, "update", named);
        Outcome there = run(openshell, List.of(), "id");

        assertThat(nowhere.status()).isEqualTo(REFUSED);
        assertThat(nowhere.errors()).contains(none + ": not there (expected: a running engine; ");
        assertThat(there.success()).startsWith("uid=65532(");
        assertNothingLeft();
    }

    private void name(Openshell openshell, String how, Path socket) throws Exception {
        if (kind == Kind.PODMAN) {
            openshell.environment("CONTAINER_HOST", "unix://" + socket);
            return;
        }
        String config = "config";
        openshell.environment("DOCKER_CONFIG", folder.resolve(config).toString());
        Programs.run(
                "export DOCKER_CONFIG=" + config + "; unset DOCKER_HOST DOCKER_CONTEXT; docker context " + how
                        + " mine --docker host=unix://" + socket + " && docker context use mine && chmod -R a+rX "
                        + config,
                folder);
    }
}
