package io.openshell.distribution.life;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Lines;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Openshell.Outcome;
import io.openshell.distribution.Programs;
import io.openshell.distribution.Traces;
import io.openshell.testkit.ContainerEngine;
import io.openshell.testkit.ContainerEngine.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code openshell} is killed, its sandbox goes on, and another {@code openshell} takes it over. */
@Tag("root")
class ResumeIT {

    private static final long LIMIT_MILLIS = 5_000;

    private static final String POLICY = "policy.yaml";
    private static final String IMAGE = "openshell-it-resume";

    /** Who runs it, and where: on this machine's own files, or in an image of an engine's. */
    enum Where {
        ROOT(Account.ROOT, null),
        ORDINARY(Account.ORDINARY, null),
        DOCKER(Account.ROOT, Kind.DOCKER),
        PODMAN(Account.ROOT, Kind.PODMAN);

        private final Account account;
        private final @Nullable Kind kind;

        Where(Account account, @Nullable Kind kind) {
            this.account = account;
            this.kind = kind;
        }
    }

    private static final Set<Kind> WITH_IMAGE = EnumSet.noneOf(Kind.class);

    @TempDir
    private Path folder;

    private @Nullable Lines lines;
    private Where where = Where.ROOT;

    @AfterEach
    void endInput() throws Exception {
        if (lines != null) {
            lines.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void a_command_whose_openshell_was_killed_is_resumed_and_its_exit_status_delivered(Where at) throws Exception {
        Openshell openshell = openshell(at);
        Traces before = traces();
        Process run = start(openshell, "echo up; read line; echo got $line; sleep 0.1; exit 7");
        kill(run);
        assertThat(openshell.run("resume").success()).contains("NAME", "box");

        Process resumed = resume(openshell);
        say("on");

        assertThat(line()).isEqualTo("got on");
        assertThat(Openshell.outcome(resumed).status()).isEqualTo(7);
        assertNothingLeft(before);
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void a_terminal_is_joined_to_the_one_it_is_resumed_on(Where at) throws Exception {
        Openshell openshell = openshell(at).environment("TERM", "xterm");
        Traces before = traces();
        Path script = Programs.copy("/life/terminal.py", folder);
        List<String> whole = new ArrayList<>(List.of("/usr/bin/python3", script.toString(), "resume"));
        whole.addAll(openshell.command(run("--resumable", "--name", "box", """
                trap 'echo "size $(stty size)"' WINCH; trap 'echo interrupted' INT; echo ready
                until read line; do :; done
                echo "got $line"; exit 9""")));
        whole.add("--then--");
        whole.addAll(openshell.command("resume", "box"));
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String seen = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).as(seen).isZero();
        assertThat(seen).contains("size 40 120", "interrupted", "got hello", "status 9\nrestored True");
        assertNothingLeft(before);
    }

    @Test
    void it_can_be_resumed_again_and_again() throws Exception {
        Openshell openshell = Openshell.asRoot(folder);
        Process run = start(openshell, "echo up; while read line && [ $line != end ]; do echo got $line; done; exit 3");
        kill(run);
        for (int time = 0; time < 3; time++) {
            Process resumed = resume(openshell);
            say("line");
            assertThat(line()).isEqualTo("got line");
            kill(resumed);
        }
        Process last = resume(openshell);
        say("end");
        assertThat(Openshell.outcome(last).status()).isEqualTo(3);
    }

    @Test
    void a_sandbox_with_a_supervisor_cannot_be_resumed_and_is_not_listed() throws Exception {
        Openshell openshell = Openshell.asRoot(folder);
        Process run = start(openshell, "echo up; read line; exit 4");

        assertThat(refused(openshell.run("resume", "box")))
                .contains("error: box: supervised by process " + run.pid() + " (expected: ");
        assertThat(refused(openshell.run("resume"))).contains("error: resume: none (expected: ");
        assertThat(openshell.run("resume", "--output", "json").success()).isEqualToIgnoringWhitespace("[]");
        assertThat(refused(openshell.run("run", "--resumable", "--name", "box", "--", "true")))
                .contains("error: --name: box (expected: a name that no resumable sandbox has");
        say("on");
        assertThat(run.waitFor()).isEqualTo(4);
    }

    @Test
    void what_is_not_there_cannot_be_resumed() throws Exception {
        Openshell openshell = Openshell.asRoot(folder);
        assertThat(refused(openshell.run("resume", "box"))).contains("error: box: not there (expected: ");
        assertThat(refused(openshell.run("resume", "../box"))).contains("error: NAME: ../box (expected: ");
        assertThat(refused(openshell.run("resume"))).contains("error: resume: none (expected: ");
    }

    @Test
    void a_folder_that_is_open_to_others_is_not_used() throws Exception {
        Openshell openshell = Openshell.asRoot(folder);
        Programs.run("mkdir -m 755 runtime/openshell", folder);
        assertThat(refused(openshell.run("run", "--resumable", "--", "true")))
                .contains("runtime/openshell: open to others (expected: ");
        assertThat(refused(openshell.run("resume"))).contains("runtime/openshell: open to others (expected: ");
    }

    @Test
    void when_nobody_comes_everything_ends_with_the_command_and_its_name_with_the_next_look() throws Exception {
        Openshell openshell = Openshell.asRoot(folder);
        Traces before = traces();
        Process run = start(openshell, "echo up; read line; (setsid sleep 987654321 &); exit 4");
        kill(run);
        say("on");

        assertThat(eventuallyNoProcess()).as("processes").isEmpty();
        assertThat(folder.resolve("runtime/openshell/box")).exists();
        assertThat(refused(openshell.run("resume"))).contains("resume: none");
        assertThat(folder.resolve("runtime/openshell/box")).doesNotExist();
        assertNothingLeft(before);
    }

    @ParameterizedTest
    @EnumSource(
            value = Where.class,
            names = {"DOCKER", "PODMAN"})
    void a_container_is_left_alone_while_its_command_runs_and_removed_by_a_later_run_if_nobody_came(Where at)
            throws Exception {
        Openshell openshell = openshell(at);
        Process run = start(openshell, "echo up; read line; exit 4");
        kill(run);
        openshell.run(run("--name", "other", "true")).success();
        assertThat(containers()).as("after another run").hasSize(1);
        assertThat(openshell.run("resume").success()).contains("box");

        say("on");
        awaitNo("\"State\":\"running\"");
        assertThat(openshell.run("resume", "box").status()).isEqualTo(125);
        openshell.run(run("--name", "other", "true")).success();
        awaitNo("openshell-box-");
        assertThat(containers()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Where.class,
            names = {"ROOT", "DOCKER", "PODMAN"})
    void who_lives_in_another_pid_namespace_or_asks_another_engine_does_not_get_it(Where at) throws Exception {
        Openshell openshell = openshell(at);
        Process run = start(openshell, "echo up; read line; exit 5");
        kill(run);
        Outcome stranger = openshell(at)
                .through("unshare", "--pid", "--fork", "--mount-proc")
                .run("resume", "box");
        assertThat(refused(stranger)).contains("box: started from another pid namespace (expected: ");
        if (where.kind != null) {
            Outcome elsewhere = openshell(at)
                    .environment(socketVariable(where.kind), "unix://" + folder.resolve("none.sock"))
                    .run("resume", "box");
            assertThat(refused(elsewhere)).contains("none.sock: not there");
        }
        Process resumed = resume(openshell);
        say("on");
        assertThat(Openshell.outcome(resumed).status()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void a_signal_to_openshell_still_ends_the_command(Where at) throws Exception {
        Openshell openshell = openshell(at);
        Traces before = traces();
        Process run = start(openshell, "echo up; read line");
        run.toHandle().destroy();
        assertThat(run.waitFor()).isEqualTo(143);
        assertNothingLeft(before);

        Process again = start(openshell, "echo up; read line");
        kill(again);
        Process resumed = resume(openshell);
        resumed.toHandle().destroy();
        assertThat(Openshell.outcome(resumed).status()).isEqualTo(143);
        assertNothingLeft(before);
    }

    @Test
    void the_time_limit_counts_from_the_start() throws Exception {
        Openshell openshell = Openshell.asRoot(folder);
        long began = System.nanoTime();
        Process run = start(openshell, "--timeout", "10", "echo up; read line");
        kill(run);
        Thread.sleep(Math.max(0, 7_000 - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)));
        Outcome outcome = openshell.run("resume", "box");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(124);
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)).isBetween(9L, 16L);
    }

    @Test
    void nothing_of_it_is_on_disk() throws Exception {
        Openshell openshell = Openshell.asRoot(folder);
        Process run = start(openshell, "echo up; read line");
        try (Stream<Path> files = Files.walk(folder.resolve("runtime"))) {
            assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName() + " " + size(file)))
                    .containsExactly(".lock 0");
        }
        run.toHandle().destroy();
        run.waitFor();
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    /** The calling test is skipped if the engine is missing. */
    private Openshell openshell(Where at) throws Exception {
        where = at;
        Openshell openshell = Openshell.of(at.account, folder);
        if (at.kind == null) {
            return openshell;
        }
        assumeThat(ContainerEngine.missing(at.kind)).as("a container engine").isEmpty();
        makeImage(at.kind);
        Files.writeString(folder.resolve(POLICY), "version: 1\nfilesystem_policy:\n  read_only: [/bin]\n");
        return openshell.environment(
                socketVariable(at.kind),
                "unix://" + ContainerEngine.shared(at.kind).socket());
    }

    private static String socketVariable(Kind kind) {
        return kind == Kind.DOCKER ? "DOCKER_HOST" : "CONTAINER_HOST";
    }

    /** Once for all tests. */
    private void makeImage(Kind kind) throws Exception {
        if (WITH_IMAGE.add(kind)) {
            Programs.run(
                    "mkdir -p image/bin image/etc && cp $(command -v busybox) image/bin/busybox"
                            + " && for each in sh sleep stty true setsid; do ln -s busybox image/bin/$each; done",
                    folder);
            ContainerEngine.shared(kind).importImage(IMAGE, folder.resolve("image"));
        }
    }

    /** What the engine has of OpenShell's. */
    private List<String> containers() throws Exception {
        Matcher names = Pattern.compile("\"/(openshell-[a-z0-9-]+)\"").matcher(askEngine());
        return names.results().map(name -> name.group(1)).toList();
    }

    private String askEngine() throws Exception {
        return ContainerEngine.shared(Objects.requireNonNull(where.kind))
                .curl("GET", "/v1.41/containers/json?all=true&filters=%7B%22name%22%3A%5B%22openshell-%22%5D%7D");
    }

    private void awaitNo(String text) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
        while (askEngine().contains(text)) {
            assertThat(System.nanoTime() - deadline).as("still there: %s", text).isNegative();
            Thread.sleep(50);
        }
    }

    /** {@code run} of a script, where the test is. */
    private String[] run(String... optionsAndScript) {
        List<String> line = new ArrayList<>(List.of("run"));
        if (where.kind != null) {
            line.addAll(List.of("--driver", where.kind.name().toLowerCase(Locale.ROOT), "--image", IMAGE));
            line.addAll(List.of("--policy", folder.resolve(POLICY).toString()));
        }
        line.addAll(List.of(optionsAndScript).subList(0, optionsAndScript.length - 1));
        line.addAll(List.of("--", "sh", "-c", optionsAndScript[optionsAndScript.length - 1]));
        return line.toArray(String[]::new);
    }

    /** A sandbox called box whose script has said that it is up. */
    private Process start(Openshell openshell, String... optionsAndScript) throws Exception {
        List<String> line = new ArrayList<>(List.of("--resumable", "--name", "box"));
        line.addAll(List.of(optionsAndScript));
        ProcessBuilder builder =
                new ProcessBuilder(openshell.command(run(line.toArray(String[]::new)))).directory(folder.toFile());
        endInput();
        lines = Lines.attach(builder, folder);
        Process run = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(line()).isEqualTo("up");
        return run;
    }

    private String line() throws Exception {
        return Objects.requireNonNull(lines).next();
    }

    private void say(String text) throws Exception {
        Objects.requireNonNull(lines).say(text);
    }

    private static void kill(Process process) throws InterruptedException {
        process.toHandle().destroyForcibly();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    /** Another openshell, which has the sandbox by now, and the signals. */
    private static Process resume(Openshell openshell) throws Exception {
        Process resumed = openshell.start("-v", "resume", "box");
        String line = resumed.errorReader().readLine();
        while (line != null && !line.contains("status:resumed")) {
            line = resumed.errorReader().readLine();
        }
        assertThat(line).as("the line that says that it is resumed").isNotNull();
        return resumed;
    }

    private static String refused(Outcome outcome) {
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(125);
        return outcome.errors();
    }

    private Traces traces() throws Exception {
        return Traces.now(folder.resolve("runtime"));
    }

    private void assertNothingLeft(Traces before) throws Exception {
        if (where.kind != null) {
            assertThat(containers()).isEmpty();
        }
        assertThat(eventuallyNoProcess()).as("processes").isEmpty();
        assertThat(mounts(traces())).isEqualTo(mounts(before));
        assertThat(traces().interfaces()).isEqualTo(before.interfaces());
        Path sockets = folder.resolve("runtime/openshell");
        try (Stream<Path> names = Files.list(sockets)) {
            assertThat(names.map(path -> path.getFileName().toString())).containsExactly(".lock");
        }
        try (Stream<Path> names = Files.list(folder.resolve("runtime"))) {
            assertThat(names).containsExactly(sockets);
        }
    }

    /** Without an engine's own, of which some go later than the container. */
    private static List<String> mounts(Traces traces) {
        return traces.mounts().stream()
                .filter(line -> !line.contains("/openshell-engine-"))
                .toList();
    }

    private static List<String> eventuallyNoProcess() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
        while (true) {
            List<String> left = Traces.processes("987654321");
            if (left.isEmpty() || System.nanoTime() - deadline >= 0) {
                return left;
            }
            Thread.sleep(20);
        }
    }
}
