package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Openshell.Outcome;
import io.openshell.distribution.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Fork bombs, memory hogs and busy loops stay inside, whichever version of control groups the machine has; and what
 * somebody may not limit is told.
 */
@Tag("root")
class LimitsIT {

    private static final long LIMIT_MILLIS = 2_000;
    private static final int DEFAULT_PIDS = 2048;

    /** A shell function that calls itself twice: the classic. */
    private static final String SHELL_BOMB = "bomb() { bomb | bomb & }; bomb; sleep 2; echo over";

    private static String limits = "";

    @TempDir
    private Path folder;

    private Path workdir;

    @BeforeAll
    static void what_root_can_limit_here(@TempDir Path folder) throws Exception {
        limits = Openshell.asRoot(folder)
                .run("doctor")
                .text()
                .lines()
                .filter(line -> line.startsWith("ok      limits "))
                .findFirst()
                .orElse("");
    }

    @BeforeEach
    void programs() throws Exception {
        workdir = Files.createDirectory(folder.resolve("work"));
        Programs.compile("/life/bomb.c", workdir);
        Programs.compile("/life/fill.c", workdir);
        Programs.run("chmod 755 .", workdir);
    }

    @Test
    void a_fork_bomb_of_a_shell_stays_inside_and_the_machine_goes_on() throws Exception {
        require("pids");
        Openshell openshell = Openshell.asRoot(folder);
        Process run = openshell.start("run", "--name", "bomb-sh", "--pids", "64", "--", "sh", "-c", SHELL_BOMB);
        List<Path> groups = awaitGroups("bomb-sh");
        long most = 0;
        for (int i = 0; i < 20; i++) {
            most = Math.max(most, processes(groups));
            // As many new processes as anybody wants, at once.
            Programs.run("true | true", folder);
            Thread.sleep(50);
        }
        Outcome outcome = Openshell.outcome(run);

        // How many there are at one moment is chance: a shell that cannot fork ends.
        assertThat(most).isLessThanOrEqualTo(64);
        assertThat(outcome.errors()).contains("openshell: pids limit reached: ", " at the limit of 64 processes");
        assertThat(groups("bomb-sh")).isEmpty();
    }

    @Test
    void a_fork_bomb_in_C_stays_inside_the_limit_that_nobody_asked_for() throws Exception {
        require("pids");
        Process run = Openshell.asRoot(folder)
                .start("run", "--name", "bomb-c", "--workdir", workdir.toString(), "-v", "--", "./bomb", "4");
        List<Path> groups = awaitGroups("bomb-c");
        long most = 0;
        for (int i = 0; i < 40; i++) {
            most = Math.max(most, processes(groups));
            Thread.sleep(50);
        }
        Outcome outcome = Openshell.outcome(run);

        assertThat(most).isGreaterThan(DEFAULT_PIDS / 2).isLessThanOrEqualTo(DEFAULT_PIDS);
        assertThat(outcome.text()).isEqualTo("refused\n");
        assertThat(outcome.errors())
                .contains(
                        "CONFIG:ENABLED [INFO] Resource limits applied [pids:2048]",
                        "FINDING:BLOCKED [MED] \"Resource limit reached\"",
                        "limit:pids",
                        "openshell: pids limit reached: ");
    }

    @Test
    void a_memory_hog_is_killed_at_the_limit_and_it_is_said_why() throws Exception {
        require("memory");
        Outcome outcome = Openshell.asRoot(folder)
                .run("run", "--memory", "64m", "-v", "--", "python3", "-c", "hog = bytearray(256 << 20)");

        assertThat(outcome.status()).isEqualTo(137);
        assertThat(outcome.errors())
                .contains(
                        "Resource limits applied [pids:2048 memory:67108864]",
                        "limit:memory times:1",
                        "openshell: memory limit reached: the kernel killed 1 process at the limit of 64 MiB");
    }

    @Test
    void what_fits_into_the_limit_is_left_alone() throws Exception {
        require("memory");
        Outcome outcome = Openshell.asRoot(folder)
                .run(
                        "run",
                        "--memory",
                        "64m",
                        "--pids",
                        "64",
                        "--cpu",
                        "1",
                        "--",
                        "python3",
                        "-c",
                        "bytearray(16 << 20)");

        assertThat(outcome.status()).as(outcome.toString()).isZero();
        assertThat(outcome.errors()).doesNotContain("limit");
    }

    /** Of a sandbox whose memory is in a tmpfs the launcher is the largest process. */
    @Test
    void the_launcher_survives_when_a_small_program_fills_the_memory() throws Exception {
        require("memory");
        Outcome outcome =
                Openshell.asRoot(folder).run("run", "--memory", "32m", "--workdir", workdir.toString(), "--", "./fill");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(137);
        assertThat(outcome.errors()).contains("openshell: memory limit reached: the kernel killed ", "32 MiB");
    }

    @Test
    void two_busy_processes_share_the_time_that_they_are_given() throws Exception {
        require("cpu");
        String busy =
                "import time; end = time.monotonic() + 2\\nwhile time.monotonic() < end: pass\\nprint(time.process_time())";
        String script = "for i in 1 2; do python3 -c \"$(printf '" + busy + "')\" & done; wait";
        String output = Openshell.asRoot(folder)
                .run("run", "--cpu", "0.5", "--", "sh", "-c", script)
                .success();

        double seconds = output.lines().mapToDouble(Double::parseDouble).sum();
        // Half of two seconds, with room for the first period and for what the machine does besides.
        assertThat(seconds).isBetween(0.3, 1.4);
    }

    @Test
    void an_ordinary_user_who_asks_for_a_limit_is_told_why_there_is_none_and_what_to_do() throws Exception {
        Outcome outcome = withoutPermission().run("run", "-v", "--memory", "64m", "--", "echo", "ran");

        assertThat(outcome.text()).isEqualTo("ran\n");
        assertThat(outcome.errors())
                .contains(
                        "CONFIG:FAILED [LOW] Resource limit not applied: pids limit: 2048: ",
                        "CONFIG:FAILED [MED] Resource limit not applied: memory limit: 64 MiB: ",
                        "permission denied",
                        "run as root",
                        "[limit:memory]",
                        "warning: memory limit: 64 MiB: ")
                .doesNotContain("warning: pids");
    }

    @Test
    void an_ordinary_user_who_asks_for_nothing_is_not_bothered() throws Exception {
        Outcome outcome = withoutPermission().run("run", "--", "echo", "ran");

        assertThat(outcome.text()).isEqualTo("ran\n");
        assertThat(outcome.errors()).isEmpty();
    }

    @Test
    void limits_that_are_required_are_in_force_or_nothing_runs() throws Exception {
        Path ran = workdir.resolve("ran");
        Programs.run("chown 1000:1000 work", folder);

        Outcome outcome = withoutPermission()
                .run("run", "--require-limits", "--cpu", "1", "--workdir", workdir.toString(), "--", "touch", "ran");

        assertThat(outcome.status()).isEqualTo(125);
        assertThat(outcome.errors())
                .startsWith("error: pids limit: 2048: ")
                .contains(
                        "; cpu limit: 1: ",
                        "permission denied",
                        "(expected: a limit that can be put in force; run as root");
        assertThat(ran).doesNotExist();
    }

    @Test
    void required_limits_are_no_hindrance_where_they_can_be_set() throws Exception {
        require("pids");
        Openshell.asRoot(folder).run("run", "--require-limits", "--", "true").success();
    }

    @Test
    void a_value_that_makes_no_sense_is_refused_before_anything_starts() throws Exception {
        Outcome outcome = Openshell.asRoot(folder).run("run", "--memory", "12q", "--", "echo", "ran");

        assertThat(outcome.status()).isEqualTo(125);
        assertThat(outcome.output()).isEmpty();
        assertThat(outcome.errors()).isEqualTo("error: --memory: 12q (expected: a size such as 512m or 2g)\n");
    }

    /** Who is killed. */
    enum Killed {
        SUPERVISOR,
        LAUNCHER
    }

    @ParameterizedTest
    @EnumSource
    void groups_are_gone_whoever_is_killed_at_the_latest_with_the_next_start(Killed killed) throws Exception {
        require("pids");
        String name = "killed-" + killed.name().toLowerCase(Locale.ROOT);
        Openshell openshell = Openshell.asRoot(folder);
        Process run = openshell.start(
                "run", "--name", name, "--memory", "64m", "--cpu", "1", "--", "sh", "-c", "echo up; sleep 600");
        assertThat(run.inputReader().readLine()).isEqualTo("up");
        List<Path> groups = groups(name);
        assertThat(groups).isNotEmpty();
        if (killed == Killed.SUPERVISOR) {
            run.destroyForcibly();
        } else {
            run.descendants()
                    .filter(process -> process.info().command().orElse("").equals(Openshell.LAUNCHER))
                    .skip(1)
                    .findFirst()
                    .orElseThrow()
                    .destroyForcibly();
        }
        assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
        if (killed == Killed.SUPERVISOR) {
            awaitEmpty(groups);
            openshell.run("run", "--memory", "64m", "--cpu", "1", "--", "true").success();
        }

        assertThat(groups(name)).isEmpty();
    }

    @Test
    void starts_at_the_same_time_do_not_sweep_each_other_away() throws Exception {
        require("pids");
        Openshell openshell = Openshell.asRoot(folder);
        openshell.run("run", "--", "true").success();
        List<Process> runs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            runs.add(openshell.start("run", "--name", "together-" + i, "--require-limits", "--", "true"));
        }
        for (Process run : runs) {
            Outcome outcome = Openshell.outcome(run);
            assertThat(outcome.status()).as(outcome.toString()).isZero();
        }
        assertThat(groups("together-")).isEmpty();
    }

    private static void require(String limit) {
        assumeThat(limits)
                .as("control groups with '%s' that root may make here", limit)
                .contains(limit);
    }

    /** Somebody to whom no group was handed over, which is so for whoever was only given a number. */
    private Openshell withoutPermission() throws Exception {
        return Openshell.of(Account.ORDINARY, folder);
    }

    private static List<Path> awaitGroups(String name) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (groups(name).isEmpty()) {
            assertThat(System.nanoTime()).as("time for a group to be made").isLessThan(deadline);
            Thread.sleep(10);
        }
        return groups(name);
    }

    private static void awaitEmpty(List<Path> groups) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
        while (processes(groups) > 0) {
            assertThat(System.nanoTime()).as("time for a sandbox to end").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    /** The most that any of the groups counts. */
    private static long processes(List<Path> groups) {
        return groups.stream().mapToLong(LimitsIT::processes).max().orElse(0);
    }

    /** None in a group that is gone. */
    private static long processes(Path group) {
        try (Stream<String> members = Files.lines(group.resolve("cgroup.procs"))) {
            return members.count();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    /** The groups of a sandbox, in every hierarchy. Those of others come and go meanwhile. */
    private static List<Path> groups(String name) throws IOException, InterruptedException {
        return Programs.run("find /sys/fs/cgroup -type d -name 'openshell-" + name + "*' 2>&- || true", Path.of("/"))
                .lines()
                .map(Path::of)
                .toList();
    }
}
