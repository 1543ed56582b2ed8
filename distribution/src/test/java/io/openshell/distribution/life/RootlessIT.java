package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Openshell.Outcome;
import io.openshell.distribution.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An ordinary user with a Podman of their own, found where it is usual: nothing here is root's but the machine. */
@Tag("root")
class RootlessIT {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int REFUSED = 125;

    /** The engine's, and the account's: a home and a runtime directory. */
    @TempDir
    private static Path folder;

    private static Process service;

    @BeforeAll
    static void startEngine() throws Exception {
        for (String program : List.of("podman", "runc", "newuidmap", "busybox")) {
            assumeThat(Programs.run("command -v " + program + " || true", folder))
                    .as("%s on the PATH (Debian's packages podman, runc, uidmap, busybox-static)", program)
                    .isNotBlank();
        }
        Openshell.of(Account.ORDINARY, folder);
        Path script = Programs.copy("/life/rootless_podman.sh", folder);
        service = new ProcessBuilder("sh", script.toString(), folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (!Programs.run(ask("/_ping") + " 2>/dev/null || true", folder).contains("OK")) {
            assertThat(service.isAlive() && System.nanoTime() - deadline < 0)
                    .as("Podman's service: %s", Files.readString(folder.resolve("log")))
                    .isTrue();
            Thread.sleep(50);
        }
        Programs.run(
                "mkdir -p image/bin image/etc && cp $(command -v busybox) image/bin/busybox"
                        + " && for each in sh cat id touch; do ln -s busybox image/bin/$each; done"
                        + " && tar -C image --owner=0 --group=0 -cf image.tar . && "
                        + ask("/v4.0.0/libpod/images/import?reference=localhost/openshell-it-rootless:latest")
                        + " -X POST -H 'Content-Type: application/x-tar' --data-binary @image.tar",
                folder);
        Files.writeString(folder.resolve("policy.yaml"), "version: 1\nfilesystem_policy:\n  read_only: [/bin]\n");
    }

    @AfterAll
    static void endEngine() throws Exception {
        if (service != null) {
            service.destroyForcibly().waitFor();
        }
    }

    private static String ask(String target) {
        return "curl -sS --fail --unix-socket runtime/podman/podman.sock 'http://podman" + target + "'";
    }

    private static Outcome run(List<String> options, String script) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("run", "-v", "--driver", "podman"));
        arguments.addAll(List.of("--image", "openshell-it-rootless", "--pull", "never"));
        arguments.addAll(List.of("--policy", folder.resolve("policy.yaml").toString()));
        arguments.addAll(options);
        arguments.addAll(List.of("--", "sh", "-c", script));
        return Openshell.of(Account.ORDINARY, folder).run(arguments.toArray(String[]::new));
    }

    private static void assertNothingLeft() throws Exception {
        assertThat(Programs.run(ask("/v1.41/containers/json?all=true"), folder).strip())
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
        JsonNode controllers = new JsonMapper()
                .readTree(Programs.run(ask("/v4.0.0/libpod/info"), folder))
                .path("host")
                .path("cgroupControllers");
        boolean memory = controllers.valueStream().anyMatch(it -> it.asString().equals("memory"));
        String doctor = Openshell.of(Account.ORDINARY, folder).run("doctor").text();
        Outcome run = run(List.of("--memory", "64M"), "id");
        Outcome required = run(List.of("--memory", "64M", "--require-limits"), "id");

        assertThat(doctor.contains("podman cannot limit it")).isEqualTo(!memory);
        assertThat(run.success()).startsWith("uid=65532(");
        assertThat(run.errors().contains("the engine has no control group for it"))
                .isEqualTo(!memory);
        assertThat(required.status()).isEqualTo(memory ? 0 : REFUSED);
        assertNothingLeft();
    }
}
