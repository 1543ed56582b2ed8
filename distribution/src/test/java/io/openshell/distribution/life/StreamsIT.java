package io.openshell.distribution.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Openshell.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The agent's standard streams are those that OpenShell was started with. */
@Tag("root")
class StreamsIT {

    private static final int TEN_MEGABYTES = 10 << 20;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Account.class)
    void carry_ten_megabytes_of_any_bytes_in_and_out(Account account) throws Exception {
        byte[] bytes = new byte[TEN_MEGABYTES];
        new Random(7).nextBytes(bytes);

        Outcome outcome = Openshell.of(account, folder)
                .input(bytes)
                .run("run", "--", "sh", "-c", "tee /tmp/copy; wc -c < /tmp/copy >&2; exit 3");

        assertThat(outcome.status()).isEqualTo(3);
        assertThat(outcome.output()).isEqualTo(bytes);
        assertThat(outcome.errors()).isEqualTo(TEN_MEGABYTES + "\n");
    }

    @Test
    void hold_nothing_of_openshells_own() throws Exception {
        Outcome outcome = Openshell.asRoot(folder).run("run", "--", "sh", "-c", "echo out; echo err >&2");

        assertThat(outcome).hasToString("status 0\n--- output\nout\n\n--- errors\nerr\n");
    }

    @ParameterizedTest
    @EnumSource(Account.class)
    void that_are_closed_are_nothing_to_the_agent(Account account) throws Exception {
        String script = "exec \"$@\" <&- >&- 2>&-";
        String look =
                "import os; open('file', 'w').write('\\n'.join(os.readlink(f'/proc/self/fd/{n}') for n in range(3)))";
        Path seen = Files.createDirectory(folder.resolve("seen"));
        chown(seen, account);

        Outcome outcome = Openshell.of(account, folder)
                .through("sh", "-c", script, "sh")
                .run("run", "--workdir", seen.toString(), "--", "python3", "-c", look);

        assertThat(outcome.status()).isZero();
        assertThat(seen.resolve("file")).hasContent("/dev/null\n/dev/null\n/dev/null");
    }

    @Test
    void a_reader_that_goes_away_is_a_broken_pipe_to_the_agent() throws Exception {
        Process process = Openshell.asRoot(folder).start("run", "--", "yes");
        assertThat(process.getInputStream().read()).isEqualTo('y');
        process.getInputStream().close();

        assertThat(process.waitFor()).isEqualTo(128 + 13);
    }

    @Test
    void arguments_are_the_agents_as_they_are() throws Exception {
        Outcome outcome = Openshell.asRoot(folder)
                .environment("LC_ALL", "C")
                .run("run", "--", "printf", "%s|", "", " a  b ", "*", "--policy", "ü€😀", "\n", "$HOME", "\\n");

        assertThat(outcome.success()).isEqualTo("| a  b |*|--policy|ü€😀|\n|$HOME|\\n|");
    }

    @Test
    void arguments_that_are_no_text_are_refused_rather_than_changed() throws Exception {
        Outcome outcome = Openshell.asRoot(folder)
                .through("sh", "-c", "exec \"$@\" \"$(printf '\\377')\"", "sh")
                .run("run", "--", "echo");

        assertThat(outcome.status()).isEqualTo(125);
        assertThat(outcome.errors()).isEqualTo("error: arguments: bytes that are no text (expected: UTF-8)\n");
    }

    @Test
    void a_large_environment_and_long_arguments_arrive_whole() throws Exception {
        String value = "x".repeat(100_000);

        Outcome outcome = Openshell.asRoot(folder)
                .run("run", "--env", "LARGE=" + value, "--", "sh", "-c", "echo ${#LARGE} ${#1}", "sh", value);

        assertThat(outcome.success()).isEqualTo("100000 100000\n");
    }

    @Test
    void the_agent_gets_no_variable_that_was_not_given() throws Exception {
        Outcome outcome = Openshell.asRoot(folder)
                .environment("SECRET", "of the host")
                .environment("LD_LIBRARY_PATH", "/tmp")
                .run("run", "--env", "GIVEN=1", "--", "env");

        assertThat(outcome.success())
                .contains("GIVEN=1\n", "OPENSHELL_SANDBOX=1\n", "HOME=/sandbox\n")
                .doesNotContain("SECRET", "of the host", "LD_LIBRARY_PATH", "XDG_RUNTIME_DIR", "JAVA_HOME", "LC_ALL");
    }

    private static void chown(Path path, Account account) throws Exception {
        Files.setAttribute(path, "unix:uid", account.uid());
        Files.setAttribute(path, "unix:gid", account.uid());
    }
}
