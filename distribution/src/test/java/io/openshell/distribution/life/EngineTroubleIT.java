package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.openshell.distribution.Openshell;
import io.openshell.distribution.Openshell.Outcome;
import io.openshell.distribution.Programs;
import io.openshell.testkit.ContainerEngine;
import io.openshell.testkit.ContainerEngine.Kind;
import io.openshell.testkit.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever becomes of an engine, of a container or of a run: it is said, the status is right, and nothing is left. */
@Tag("root")
@ParameterizedClass
@EnumSource(Kind.class)
class EngineTroubleIT {

    private static final String IMAGE = "openshell-it-trouble";
    private static final int INTERRUPTED = 130;
    private static final int TERMINATED = 143;
    private static final long PATIENCE_MILLIS = 15_000;
    private static final Pattern CONTAINER_ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");
    private static final Pattern PROCESS = Pattern.compile("\"Pid\":([0-9]+)");

    private static final Pattern SERVED_AGAIN = Pattern.compile("(?s)\"resumed\".*3128");

    private static @Nullable ContainerEngine started;

    private final Kind kind;

    @TempDir
    private Path folder;

    EngineTroubleIT(Kind kind) {
        this.kind = kind;
    }

    /** One of its own: it is killed here. */
    @BeforeParameterizedClassInvocation
    static void startEngine(Kind kind) throws Exception {
        assumeThat(ContainerEngine.missing(kind)).as("a container engine").isEmpty();
        Path root = Files.createTempDirectory("openshell-image-");
        try {
            Programs.run(
                    "mkdir bin && cp $(command -v busybox) bin/busybox"
                            + " && for each in dd nc sh sleep true; do ln -s busybox bin/$each; done",
                    root);
            started = ContainerEngine.start(kind);
            // Docker's import does not take it.
            String signal = kind == Kind.PODMAN ? "STOPSIGNAL SIGQUIT" : "ENV SIGNAL=none";
            started.importImage(IMAGE, root, "USER 1000", "ENV PATH=/bin", signal);
        } finally {
            Programs.run("rm -rf " + root, Path.of("/"));
        }
    }

    @AfterParameterizedClassInvocation
    static void closeEngine() {
        if (started != null) {
            started.close();
            started = null;
        }
    }

    @BeforeEach
    void writePolicy() throws Exception {
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                filesystem_policy:
                  read_only: [/bin]
                """);
    }

    @AfterEach
    void nothing_is_left() throws Exception {
        awaitContainers(0);
        // The folder for the sockets of those that can be resumed stays, without one.
        assertThat(Programs.run(
                        "find runtime -mindepth 1 ! -path runtime/openshell ! -path runtime/openshell/.lock", folder))
                .as("control folders")
                .isEmpty();
        assertThat(Programs.run("grep -c " + folder + " /proc/self/mounts || true", folder)
                        .strip())
                .isEqualTo("0");
    }

    /** How somebody ends a container. */
    enum Blow {
        KILL("ended by signal 9", "137"),
        /** Between its end and its removal there is a moment in which it can be seen. Podman asks it to end first. */
        REMOVAL("(ended by signal (9|15)|nothing is left of it; somebody has killed or removed it)", "137|143"),
        FIRST_PROCESS("ended by signal 9", "137");

        private final String words;
        private final String status;

        Blow(String words, String status) {
            this.words = words;
            this.status = status;
        }
    }

    @ParameterizedTest
    @EnumSource(Blow.class)
    void a_container_that_is_ended_from_outside_is_told(Blow blow) throws Exception {
        Path events = folder.resolve("events.json");
        Process run = startAgent("echo up; sleep 600", "--events", events.toString());
        String container = containers().getFirst();

        switch (blow) {
            case KILL -> engine().curl("POST", "/v1.41/containers/" + container + "/kill");
            case REMOVAL -> engine().curl("DELETE", "/v1.41/containers/" + container + "?force=true");
            case FIRST_PROCESS -> Programs.run("kill -9 " + firstProcess(container), folder);
        }
        Outcome outcome = Openshell.outcome(run);

        assertThat(Integer.toString(outcome.status())).as(outcome.toString()).matches(blow.status);
        assertThat(outcome.errors().strip())
                .matches("error: sandbox: ended from outside: " + blow.words
                        + " \\(expected: until its command ends\\)");
        assertThat(Files.readString(events)).contains("\"message\":\"openshell-sandbox stop\"");
    }

    /** What an agent makes of being asked to end, and the status that comes of it. */
    @ParameterizedTest
    @CsvSource({"sleep 600, 143", "trap \"\" TERM; sleep 600, 137", "trap \"exit 7\" TERM; sleep 600 & wait, 7"})
    void a_container_that_is_stopped_ends_its_agent_and_not_when_patience_is_over(String script, int status)
            throws Exception {
        Process run = startAgent("echo up; " + script);
        String container = containers().getFirst();
        long before = System.nanoTime();

        // Whatever it answers: the run may have removed the container before it does.
        Programs.run(
                "curl -sS --unix-socket " + engine().socket() + " -X POST http://engine/v1.41/containers/" + container
                        + "/stop?t=60 || true",
                folder);
        Duration taken = Duration.ofNanos(System.nanoTime() - before);
        Outcome outcome = Openshell.outcome(run);

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(status);
        assertThat(outcome.errors().strip())
                .matches("error: sandbox: ended from outside: "
                        + "(ended by signal 15|nothing is left of it; somebody has killed or removed it)"
                        + " \\(expected: until its command ends\\)");
        assertThat(taken).isLessThan(Duration.ofSeconds(20));
    }

    /** An engine says it of the first process of a container, or of one that has ended, if at all. */
    @ParameterizedTest
    @CsvSource({"exec , 137", "'' , 3"})
    void an_agent_whose_memory_runs_out_is_told_so(String how, int status) throws Exception {
        String hog = how + " dd if=/dev/zero of=/dev/null bs=200M count=1; [ $? = 137 ] && exit 3";

        Outcome outcome = run("--image", IMAGE, "--pull", "never", "--memory", "48M", "-v", "--", "sh", "-c", hog);

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(status);
        assertThat(outcome.errors())
                .contains(
                        "limit:memory times:1",
                        "openshell: memory limit reached: the kernel killed 1 process at the limit of 48 MiB");
    }

    @Test
    void an_engine_that_is_away_when_the_command_ends_changes_nothing_about_its_status() throws Exception {
        Process run = startAgent("echo up; sleep 1; exit 5");

        engine().kill();
        Thread.sleep(2_000);
        engine().restart();
        Outcome outcome = Openshell.outcome(run);

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(5);
        assertThat(outcome.errors()).contains(": not removed yet: ").doesNotContain("left behind");
    }

    @Test
    void a_sandbox_that_was_resumed_does_not_need_its_engine_when_its_command_ends_either() throws Exception {
        Process resume = startResumed("trap 'exit 5' TERM; echo up; sleep 600 & wait");
        String first = firstProcess(containers().getFirst());

        engine().kill();
        Programs.run("kill -TERM $(cat /proc/" + first + "/task/" + first + "/children)", folder);
        Thread.sleep(1_000);
        engine().restart();
        Outcome outcome = Openshell.outcome(resume);

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(5);
        assertThat(outcome.errors()).contains(": not removed yet: ").doesNotContain("left behind");
    }

    @Test
    void a_container_that_is_ended_after_it_was_resumed_is_told_too() throws Exception {
        Process resume = startResumed("echo up; sleep 600");

        engine().curl("POST", "/v1.41/containers/" + containers().getFirst() + "/kill");
        Outcome outcome = Openshell.outcome(resume);

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(137);
        assertThat(outcome.errors()).contains("error: sandbox: ended from outside: ended by signal 9 (expected: ");
    }

    @ParameterizedTest
    @CsvSource({"sleep 600", "trap \"\" TERM; sleep 600"})
    void a_container_that_nobody_serves_can_be_stopped(String script) throws Exception {
        startAgent("echo up; " + script, "--resumable", "--name", "box")
                .destroyForcibly()
                .waitFor();
        long before = System.nanoTime();

        engine().curl("POST", "/v1.41/containers/" + containers().getFirst() + "/stop?t=60");
        Outcome outcome = openshell().run("resume", "box");

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(125);
        assertThat(outcome.errors()).contains("box: not there");
        assertThat(openshell().run("resume").errors()).contains("resume: none");
        assertThat(run("--image", IMAGE, "--pull", "never", "--", "sleep", "2").status())
                .isZero();
    }

    @Test
    void what_a_run_leaves_that_is_killed_the_next_one_removes() throws Exception {
        Process run = startAgent("echo up; sleep 600");

        run.destroyForcibly().waitFor();

        assertThat(run("--image", IMAGE, "--pull", "never", "--", "sleep", "2").status())
                .isZero();
    }

    @Test
    void a_signal_during_a_pull_ends_it() throws Exception {
        try (FakeRegistry registry = FakeRegistry.open()) {
            Path root = Files.createDirectory(folder.resolve("root"));
            Programs.run("head -c 300000 /dev/urandom >" + root + "/large", folder);
            registry.put("team/agent", root);
            registry.slow(Duration.ofSeconds(1));
            Process run = start("--image", registry.reference("team/agent"), "--", "true");
            long deadline = deadline();
            while (registry.requests().stream().noneMatch(it -> it.contains("/blobs/"))) {
                assertThat(System.nanoTime()).as("time for a pull to begin").isLessThan(deadline);
                Thread.sleep(10);
            }

            Programs.run("kill -TERM " + run.pid(), folder);
            Outcome outcome = Openshell.outcome(run);

            assertThat(outcome.status()).as(outcome.toString()).isEqualTo(TERMINATED);
            assertThat(outcome.errors()).contains("openshell: ended by signal 15 before its command ran");
        }
    }

    @Test
    void a_signal_while_the_container_is_made_leaves_none() throws Exception {
        Process run = start("--image", IMAGE, "--pull", "never", "--", "sleep", "600");
        awaitContainers(1);

        Programs.run("kill -INT " + run.pid(), folder);
        Outcome outcome = Openshell.outcome(run);

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(INTERRUPTED);
    }

    private static ContainerEngine engine() {
        return Objects.requireNonNull(started);
    }

    private Process startAgent(String script, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--image", IMAGE, "--pull", "never"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--", "sh", "-c", script));
        Process run = start(arguments.toArray(String[]::new));
        assertThat(run.inputReader().readLine()).isEqualTo("up");
        return run;
    }

    /** One whose first supervisor was killed, and whose second one serves it, as a program that knocks all the time sees. */
    private Process startResumed(String script) throws Exception {
        Path events = folder.resolve("events.json");
        String knocking = "while :; do echo x | nc 127.0.0.1 3128; sleep 0.1; done >/dev/null 2>&1 & ";
        Process run = startAgent(knocking + script, "--resumable", "--name", "box", "--events", events.toString());
        run.destroyForcibly().waitFor();
        Process resume = openshell().start("resume", "box");
        long deadline = deadline();
        while (!SERVED_AGAIN.matcher(Files.readString(events)).find()) {
            assertThat(System.nanoTime()).as("time to resume").isLessThan(deadline);
            Thread.sleep(10);
        }
        return resume;
    }

    private Process start(String... options) throws Exception {
        return openshell().start(arguments(options));
    }

    private Outcome run(String... options) throws Exception {
        return openshell().run(arguments(options));
    }

    private String[] arguments(String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("run", "--driver", kind.name().toLowerCase(Locale.ROOT)));
        arguments.addAll(List.of("--policy", folder.resolve("policy.yaml").toString()));
        arguments.addAll(List.of(options));
        return arguments.toArray(String[]::new);
    }

    private Openshell openshell() throws Exception {
        String variable = kind == Kind.DOCKER ? "DOCKER_HOST" : "CONTAINER_HOST";
        return Openshell.asRoot(folder).environment(variable, "unix://" + engine().socket());
    }

    private static List<String> containers() throws IOException {
        Matcher ids = CONTAINER_ID.matcher(engine().curl("GET", "/v1.41/containers/json?all=true"));
        return ids.results().map(id -> id.group(1)).toList();
    }

    private static String firstProcess(String container) throws IOException {
        Matcher process = PROCESS.matcher(engine().curl("GET", "/v1.41/containers/" + container + "/json"));
        assertThat(process.find()).isTrue();
        return process.group(1);
    }

    private static void awaitContainers(int wanted) throws Exception {
        long deadline = deadline();
        List<String> found = containers();
        while (found.size() != wanted) {
            assertThat(System.nanoTime()).as("containers %s", found).isLessThan(deadline);
            Thread.sleep(10);
            found = containers();
        }
    }

    private static long deadline() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    }
}
