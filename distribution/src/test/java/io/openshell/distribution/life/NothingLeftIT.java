package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Traces;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever is killed, and whenever: no process, mount, interface, namespace or file is left. */
@Tag("root")
class NothingLeftIT {

    /** What stays until it is killed, with children of its own, one of which has gone into the background. */
    private static final String AGENT = "(setsid sleep %1$s &) ; sleep %1$s & echo up; read line; exit 5";

    private static final long LIMIT_MILLIS = 2_000;
    private static final int ATTEMPTS = 20;

    @TempDir
    private Path folder;

    /** A part of a run, found from OpenShell's own process. */
    @SuppressWarnings("ImmutableEnumChecker") // functions without state
    enum Part {
        SUPERVISOR(run -> run, 137),
        BROKER(run -> child(run), 5),
        OUTER_LAUNCHER(run -> child(child(run)), 137),
        FIRST_PROCESS(run -> child(child(child(run))), 137),
        AGENT(run -> shell(child(child(child(run)))), 137);

        private final Function<ProcessHandle, ProcessHandle> find;
        private final int status;

        Part(Function<ProcessHandle, ProcessHandle> find, int status) {
            this.find = find;
            this.status = status;
        }

        private static ProcessHandle child(ProcessHandle process) {
            return process.children().findFirst().orElseThrow();
        }

        private static ProcessHandle shell(ProcessHandle first) {
            return first.children()
                    .filter(process -> process.info().command().orElse("").contains("sh"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ROOT, SUPERVISOR",
        "ROOT, BROKER",
        "ROOT, OUTER_LAUNCHER",
        "ROOT, FIRST_PROCESS",
        "ROOT, AGENT",
        "ORDINARY, SUPERVISOR",
        "ORDINARY, FIRST_PROCESS",
        "ORDINARY, AGENT",
    })
    void whichever_part_is_killed(Account account, Part part) throws Exception {
        String word = word();
        Openshell openshell = Openshell.of(account, folder);
        Traces before = Traces.now(folder.resolve("runtime"));
        Process run = openshell.start("run", "--", "sh", "-c", AGENT.formatted(word));
        assertThat(run.inputReader().readLine()).isEqualTo("up");
        Set<String> namespaces = Traces.foreignNamespaces(run.descendants());
        assertThat(namespaces).hasSizeGreaterThanOrEqualTo(6);
        assertThat(Traces.now(folder.resolve("runtime"))).isEqualTo(before);

        part.find.apply(run.toHandle()).destroyForcibly();
        if (part == Part.BROKER) {
            run.outputWriter().append('\n').close();
        }

        assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(run.exitValue()).isEqualTo(part.status);
        assertThat(left(word, namespaces)).as("processes").isEmpty();
        assertThat(Traces.now(folder.resolve("runtime"))).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void when_the_command_ends_what_it_started_does_too(Account account) throws Exception {
        String word = word();
        Openshell openshell = Openshell.of(account, folder);
        Traces before = Traces.now(folder.resolve("runtime"));

        int status =
                openshell.run("run", "--", "sh", "-c", AGENT.formatted(word)).status();

        assertThat(status).isEqualTo(5);
        assertThat(left(word, Set.of())).as("processes").isEmpty();
        assertThat(Traces.now(folder.resolve("runtime"))).isEqualTo(before);
    }

    /** A directory in which a supervisor waited for its launcher can outlast it; the next start sweeps it away. */
    @ParameterizedTest
    @EnumSource(Account.class)
    @Tag("slow")
    void whenever_openshell_is_killed_while_it_starts(Account account) throws Exception {
        Openshell openshell = Openshell.of(account, folder);
        openshell.run("run", "--", "true").success();
        long start = System.nanoTime();
        openshell.run("run", "--", "true").success();
        int whole = (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        Traces before = Traces.now(folder.resolve("runtime"));
        Random random = new Random();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            String word = word();
            int millis = random.nextInt(whole);
            Process run = openshell.start("run", "--", "sh", "-c", AGENT.formatted(word));
            Thread.sleep(millis);
            run.destroyForcibly().waitFor();
            assertThat(left(word, Set.of()))
                    .as("processes, killed after " + millis + " ms")
                    .isEmpty();
        }
        openshell.run("run", "--", "true").success();
        assertThat(Traces.now(folder.resolve("runtime"))).isEqualTo(before);
    }

    @Test
    void an_agent_cannot_stay_behind_by_any_means_of_its_own() throws Exception {
        String word = word();
        String script = """
                import os, signal, sys, time
                for number in range(1, 65):
                    try:
                        signal.signal(number, signal.SIG_IGN)
                    except (OSError, ValueError):
                        pass
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        sys.stdin.close()
                        sys.stdout.close()
                        while True:
                            time.sleep(1)
                    os._exit(0)
                time.sleep(0.3)
                """;
        Openshell.asRoot(folder).run("run", "--", "python3", "-c", script, word).success();
        assertThat(left(word, Set.of())).as("processes").isEmpty();
    }

    /** A number of seconds that is nobody else's, hence a word to look for. */
    private static String word() {
        return "9" + (100_000_000 + new Random().nextInt(800_000_000));
    }

    /** What still runs, or is in one of the namespaces, when time is up. */
    private static Set<String> left(String word, Set<String> namespaces) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
        while (true) {
            Set<String> left = new TreeSet<>(Traces.processes(word));
            left.addAll(Traces.processesIn(namespaces));
            if (left.isEmpty() || System.nanoTime() - deadline >= 0) {
                return left;
            }
            Thread.sleep(20);
        }
    }
}
