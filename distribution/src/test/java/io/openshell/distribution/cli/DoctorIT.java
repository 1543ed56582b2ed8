package io.openshell.distribution.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Openshell.Outcome;
import io.openshell.distribution.Programs;
import io.openshell.testkit.ContainerEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Doctor finds what run needs, and run refuses where doctor finds a gap. */
@Tag("root")
class DoctorIT {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Account.class)
    void all_is_well_here(Account account) throws Exception {
        String text = Openshell.of(account, folder).run("doctor").success();

        assertThat(text.lines()).allMatch(line -> line.matches("(ok  |weak|     ) .*"));
        assertThat(text).contains("landlock_abi", "seccomp_filter", "user_namespace", "veth", "trust-store");
    }

    @Test
    void the_findings_print_as_json() throws Exception {
        JsonNode findings = new JsonMapper()
                .readTree(Openshell.asRoot(folder)
                        .run("doctor", "--output", "json")
                        .success());

        assertThat(findings).hasSizeGreaterThan(10).allSatisfy(finding -> {
            assertThat(finding.propertyNames()).containsExactly("name", "state", "value", "remedy");
            assertThat(finding.get("state").asString()).isIn("ok", "weak");
        });
        assertThat(findings)
                .anyMatch(finding -> finding.get("name").asString().equals("uid")
                        && finding.get("value").asString().equals("0"));
    }

    @ParameterizedTest
    @EnumSource(ContainerEngine.Kind.class)
    void of_each_engine_it_is_told_whether_it_works_and_nobody_needs_one(ContainerEngine.Kind kind) throws Exception {
        assumeThat(ContainerEngine.missing(kind)).as("a container engine").isEmpty();
        String name = kind.name().toLowerCase(Locale.ROOT);
        String socket = ContainerEngine.shared(kind).socket().toString();

        assertEngine(asked(Account.ROOT, kind, socket), name, "ok", "works, limits pids, memory, cpu");

        String none = folder.resolve("none.sock").toString();
        assertEngine(
                asked(Account.ROOT, kind, none),
                name,
                "weak",
                name + ": " + none + ": not there (expected: a running engine; start one with: systemctl ");
        // In a folder of root's.
        String forbidden = name + ": " + socket + ": permission denied (expected: a user who may use the engine; ";
        assertEngine(asked(Account.ORDINARY, kind, socket), name, "weak", forbidden);
        Outcome run = asked(Account.ORDINARY, kind, socket)
                .run("run", "--driver", name, "--image", "any", "--pull", "never", "--", "echo", "ran");
        assertThat(run.status()).isEqualTo(125);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).contains(forbidden);
    }

    private Openshell asked(Account account, ContainerEngine.Kind kind, String socket) throws Exception {
        String variable = kind == ContainerEngine.Kind.DOCKER ? "DOCKER_HOST" : "CONTAINER_HOST";
        return Openshell.of(account, folder).environment(variable, "unix://" + socket);
    }

    private static void assertEngine(Openshell openshell, String name, String state, String value) throws Exception {
        Outcome doctor = openshell.run("doctor", "--output", "json");
        JsonNode finding = find(doctor, "driver-" + name);
        assertThat(doctor.status()).isZero();
        assertThat(finding.get("state").asString()).isEqualTo(state);
        assertThat(finding.get("value").asString()).startsWith(value);
        assertThat(finding.get("remedy").asString())
                .isEqualTo(state.equals("ok") ? "" : "Only 'run --driver " + name + "' needs it.");
    }

    @Test
    void without_user_namespaces_an_ordinary_user_is_told_and_refused() throws Exception {
        Outcome doctor = withoutUserNamespaces().run("doctor", "--output", "json");
        JsonNode finding = find(doctor, "user_namespace");

        assertThat(doctor.status()).isEqualTo(1);
        assertThat(finding.get("state").asString()).isEqualTo("missing");
        assertThat(finding.get("remedy").asString())
                .contains("user.max_user_namespaces is 0: as root, sysctl", "run as root");
        assertThat(find(doctor, "veth").get("value").asString()).isEqualTo("not known");

        Path ran = folder.resolve("ran");
        Outcome run = withoutUserNamespaces().run("run", "--", "touch", ran.toString());
        assertThat(run.status()).isEqualTo(125);
        assertThat(run.errors())
                .contains(
                        "error: user namespace: ", "user.max_user_namespaces is 0: as root, sysctl", "or run as root");
        assertThat(ran).doesNotExist();
        Outcome demo = withoutUserNamespaces().run("demo");
        assertThat(demo.status()).isEqualTo(1);
        assertThat(demo.errors()).contains("user namespace");
    }

    /** As a container engine's usual filter does it. */
    @Test
    void a_filter_that_refuses_user_namespaces_is_told_from_a_setting_and_nothing_runs() throws Exception {
        String filter = Programs.compile("/life/without_userns.c", folder).toString();
        Openshell openshell = Openshell.of(Account.ORDINARY, folder).through(filter);

        Outcome doctor = openshell.run("doctor", "--output", "json");
        assertThat(doctor.status()).isEqualTo(1);
        assertThat(find(doctor, "user_namespace").get("remedy").asString())
                .contains("a system call filter around this process", "seccomp=unconfined")
                .doesNotContain("sysctl");

        Outcome run = openshell.run("run", "--", "echo", "ran");
        assertThat(run.status()).isEqualTo(125);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).contains("error: user namespace: ", "a system call filter around this process");
    }

    @Test
    void without_root_a_run_says_what_differs_and_with_root_it_does_not() throws Exception {
        String said = "Running without root: on the machine, the agent is the user who runs this";

        assertThat(Openshell.of(Account.ORDINARY, folder)
                        .run("run", "-v", "--", "true")
                        .errors())
                .contains(said, "uid 1000 is 65532 inside");
        assertThat(Openshell.asRoot(folder).run("run", "-v", "--", "true").errors())
                .doesNotContain(said);
    }

    @Test
    void without_a_launcher_it_says_how_to_get_one_and_nothing_runs() throws Exception {
        Path home = copyWithout("native/openshell-launcher");

        Outcome doctor = Openshell.asRoot(folder).home(home).run("doctor", "--output", "json");
        assertThat(doctor.status()).isEqualTo(1);
        assertThat(find(doctor, "launcher").get("state").asString()).isEqualTo("missing");
        assertThat(find(doctor, "launcher").get("remedy").asString()).contains("Build");

        Outcome run = Openshell.asRoot(folder).home(home).run("run", "--", "echo", "ran");
        assertThat(run.status()).isEqualTo(125);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors())
                .contains("launcher: " + home + "/native/openshell-launcher (expected: an executable file)");
    }

    @Test
    void a_launcher_that_does_not_confine_is_not_taken_for_one() throws Exception {
        Path home = copyWithout("native/openshell-launcher");
        Path launcher = Files.writeString(home.resolve("native/openshell-launcher"), "#!/bin/sh\nexec cat\n");
        Programs.run("chmod 755 " + launcher, folder);

        Outcome run = Openshell.asRoot(folder).home(home).run("run", "--", "echo", "ran");

        assertThat(run.status()).isEqualTo(125);
        assertThat(run.output()).isEmpty();
        assertThat(Openshell.asRoot(folder).home(home).run("doctor").status()).isEqualTo(1);
    }

    @Test
    void a_runtime_folder_that_cannot_be_written_to_is_named_by_both() throws Exception {
        Path readOnly = Files.createDirectory(folder.resolve("read-only"));
        Openshell openshell = Openshell.of(Account.ORDINARY, folder)
                .environment("XDG_RUNTIME_DIR", "")
                .environment("TMPDIR", readOnly.toString());

        Outcome doctor = openshell.run("doctor", "--output", "json");
        assertThat(doctor.status()).isEqualTo(1);
        assertThat(find(doctor, "runtime-folder").get("value").asString()).contains(readOnly.toString());

        Outcome run = openshell.run("run", "--", "true");
        assertThat(run.status()).isEqualTo(125);
        assertThat(run.errors())
                .isEqualTo("error: control socket: " + readOnly + ": permission denied (expected: a directory to write"
                        + " to; XDG_RUNTIME_DIR or TMPDIR names another)\n");
    }

    @Test
    void a_log_folder_that_cannot_be_written_to_stops_a_run() throws Exception {
        Path readOnly = Files.createDirectory(folder.resolve("read-only"));

        Outcome run = Openshell.of(Account.ORDINARY, folder)
                .environment("XDG_STATE_HOME", readOnly.toString())
                .run("run", "--", "echo", "ran");

        assertThat(run.status()).isEqualTo(125);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).startsWith("error: events: " + readOnly + "/openshell: permission denied");
    }

    /** In a user namespace that allows no further one; root only serves to become the user. */
    private Openshell withoutUserNamespaces() throws Exception {
        Path script = Files.writeString(folder.resolve("without"), """
                #!/bin/sh
                exec setpriv --reuid=1000 --regid=1000 --clear-groups --inh-caps=-all \\
                    unshare --user --map-current-user --keep-caps sh -ec '
                        echo 0 > /proc/sys/user/max_user_namespaces
                        exec setpriv --inh-caps=-all --ambient-caps=-all --bounding-set=-all -- "$@"' sh "$@"
                """);
        Programs.run("chmod 755 without", folder);
        return Openshell.withHomeOf(Account.ORDINARY, folder).through(script.toString());
    }

    private static JsonNode find(Outcome doctor, String name) {
        for (JsonNode finding : new JsonMapper().readTree(doctor.text())) {
            if (finding.get("name").asString().equals(name)) {
                return finding;
            }
        }
        throw new AssertionError(name + " in " + doctor);
    }

    private Path copyWithout(String file) throws Exception {
        Path home = folder.resolve("copy");
        Programs.run("cp -a " + Openshell.HOME + " copy && rm copy/" + file, folder);
        return home;
    }
}
