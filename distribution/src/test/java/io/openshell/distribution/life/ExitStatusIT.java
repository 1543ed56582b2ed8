package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Openshell.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code openshell run} ends with, and how it is told to end. */
@Tag("root")
class ExitStatusIT {

    private static final String LOOP = "echo up; while :; do sleep 0.1; done";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "ROOT, exit 7, 7",
        "ROOT, exit 255, 255",
        "ROOT, kill -9 $$, 137",
        "ORDINARY, exit 7, 7",
        "ORDINARY, kill -SEGV $$, 139",
    })
    void is_the_commands_or_128_and_the_signal(Account account, String script, int status) throws Exception {
        Outcome outcome = Openshell.of(account, folder).run("run", "--", "sh", "-c", script);

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/passwd, 126, /etc/passwd: Permission denied",
        "/usr, 126, /usr: Permission denied",
        "no-such-program, 127, no-such-program: No such file or directory",
        "/root/.bashrc, 127, /root/.bashrc: No such file or directory",
    })
    void is_a_shells_when_the_program_cannot_be_executed_or_found(String program, int status, String message)
            throws Exception {
        Outcome outcome = Openshell.asRoot(folder).run("run", "--", program);

        assertThat(outcome.status()).isEqualTo(status);
        assertThat(outcome.errors()).contains("error: " + message);
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void is_124_when_time_is_up(Account account) throws Exception {
        long start = System.nanoTime();
        Outcome outcome = Openshell.of(account, folder)
                .run("run", "--timeout", "1", "--", "sh", "-c", "trap '' TERM; while :; do sleep 1; done");

        assertThat(outcome.status()).isEqualTo(124);
        assertThat(System.nanoTime() - start).isLessThan(30_000_000_000L);
    }

    static Stream<Arguments> openshells_own_failures() {
        return Stream.of(
                Arguments.of("--policy /no/such.yaml", "policy: /no/such.yaml (expected: a file that exists)"),
                Arguments.of("--policy bad.yaml", "bad.yaml:1:10: version:"),
                Arguments.of("--driver moon", "driver: moon (expected: one of docker, local, podman)"),
                Arguments.of("--driver local --image alpine", "image: alpine (expected: none"),
                Arguments.of("--plugins-dir /no/such", "/no/such: does not exist"),
                Arguments.of("--workdir /no/such", "--workdir: /no/such (expected: a folder that exists)"),
                Arguments.of("--upstream-ca /etc/passwd", "/etc/passwd: no certificate"),
                Arguments.of("--upstream-ca /no/such", "--upstream-ca: /no/such (expected: a readable PEM file)"),
                Arguments.of("--add-host example.com", "--add-host: example.com (expected: NAME:IP"),
                Arguments.of("--env OPENSHELL_SANDBOX=0", "--env: OPENSHELL_SANDBOX (expected: a KEY that does not"),
                Arguments.of("--events /no/such/folder/in/proc", "--events:"),
                Arguments.of("--timeout soon", "--timeout: soon (expected: SECONDS)"),
                Arguments.of("--polcy x", "option: --polcy (expected: one of --policy"));
    }

    @ParameterizedTest
    @MethodSource("openshells_own_failures")
    void is_125_when_openshell_fails_before_the_command_ran(String option, String message) throws Exception {
        Files.writeString(folder.resolve("bad.yaml"), "version: 2\n");
        Path ran = Files.createDirectory(folder.resolve("ran"));
        String[] words = ("run " + option.replace("/no/such/folder/in/proc", "/proc/no/file")).split(" ");
        String[] command = {"--env", "A=1", "--", "touch", ran + "/it"};

        Outcome outcome = Openshell.asRoot(folder)
                .run(Stream.concat(Stream.of(words), Stream.of(command)).toArray(String[]::new));

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(125);
        assertThat(outcome.errors()).contains(message);
        assertThat(outcome.output()).isEmpty();
        assertThat(ran).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"ROOT, TERM", "ROOT, INT", "ROOT, HUP", "ORDINARY, TERM", "ORDINARY, INT"})
    void signals_reach_the_agent_and_its_answer_comes_back(Account account, String signal) throws Exception {
        Process process = Openshell.of(account, folder)
                .start("run", "--", "sh", "-c", "trap 'echo told; exit 42' " + signal + "; " + LOOP);
        awaitUp(process);
        signal(process, signal);

        Outcome outcome = Openshell.outcome(process);
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(42);
        assertThat(outcome.text()).isEqualTo("told\n");
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void a_signal_that_ends_the_agent_ends_the_run(String signal, int status) throws Exception {
        Process process = Openshell.asRoot(folder).start("run", "--", "sh", "-c", LOOP);
        awaitUp(process);
        signal(process, signal);

        assertThat(Openshell.outcome(process).status()).isEqualTo(status);
    }

    @Test
    void a_signal_while_the_sandbox_is_built_does_not_end_as_success() throws Exception {
        Process process = Openshell.asRoot(folder).start("run", "--", "sh", "-c", LOOP);
        while (process.children().findAny().isEmpty()) {
            Thread.sleep(5);
        }
        signal(process, "TERM");

        Outcome outcome = Openshell.outcome(process);
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(143);
    }

    private static void awaitUp(Process process) throws Exception {
        // Unbuffered beyond the line: what follows is read by others.
        StringBuilder line = new StringBuilder();
        for (int c = process.getInputStream().read();
                c >= 0 && c != '\n';
                c = process.getInputStream().read()) {
            line.append((char) c);
        }
        assertThat(line).hasToString("up");
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
