package io.openshell.distribution.life;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Account;
import io.openshell.distribution.Openshell;
import io.openshell.distribution.Programs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** OpenShell on a terminal: the agent has one of its own, joined to the user's. */
@Tag("root")
class TerminalIT {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Account.class)
    void the_agent_has_a_controlling_terminal_of_the_users_size(Account account) throws Exception {
        String seen = on("talk", account, List.of(), "sh", "-c", """
                tty; stty size; echo tty > /dev/tty; echo ready; read x; echo "got $x"
                until [ "$(stty size)" = '40 120' ]; do sleep 0.1; done
                stty size; exit 9""");

        assertThat(seen)
                .contains("raw True", "/dev/pts/0", "30 100", "\ntty", "hello\r\ngot hello", "40 120")
                .contains("status 9\nrestored True");
    }

    @Test
    void ctrl_c_interrupts_the_agent_and_not_openshell() throws Exception {
        String seen = on("interrupt", Account.ROOT, List.of(), "sh", "-c", """
                trap 'echo interrupted' INT; echo ready
                until read line; do :; done
                echo "goes $line"; exit 7""");

        assertThat(seen).contains("interrupted", "goes on", "status 7\nrestored True");
    }

    @Test
    void ctrl_c_ends_an_agent_that_does_not_mind_it() throws Exception {
        String seen = on("interrupt", Account.ROOT, List.of(), "python3", "-c", """
                import signal, sys, time
                print('ready', flush=True)
                try:
                    time.sleep(60)
                except KeyboardInterrupt:
                    print('interrupted', flush=True)
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                sys.stdin.readline()
                signal.raise_signal(signal.SIGINT)""");

        assertThat(seen).contains("status 130\nrestored True");
    }

    @Test
    void every_key_is_the_agents() throws Exception {
        String seen = on("keys", Account.ROOT, List.of(), "sh", "-c", """
                stty raw -echo; echo ready; dd bs=1 count=6 2>/dev/null | od -An -tx1""");

        assertThat(seen).contains(" 1a 1c 13 11 04 78", "status 0\nrestored True");
    }

    @ParameterizedTest
    @CsvSource({
        "end, exit 3, 3",
        "end, kill -9 $$, 137",
        "end, stty raw -echo; exit 4, 4",
        "signal SIGTERM, echo ready; sleep 60, 143",
        "signal SIGINT, echo ready; sleep 60, 130",
        "signal SIGHUP, echo ready; sleep 60, 129",
        "kill, echo ready; sleep 60, 137",
    })
    void the_terminal_is_as_before_however_it_ends(String scenario, String script, int status) throws Exception {
        assertThat(on(scenario, Account.ROOT, List.of(), "sh", "-c", script))
                .endsWith("status " + status + "\nrestored True\n");
    }

    @Test
    void the_terminal_is_as_before_when_time_is_up_and_when_nothing_ran() throws Exception {
        assertThat(on(
                        "end",
                        Account.ROOT,
                        List.of("--timeout", "1"),
                        "sh",
                        "-c",
                        "trap '' TERM HUP; sleep 60; sleep 60"))
                .endsWith("status 124\nrestored True\n");
        assertThat(on("end", Account.ROOT, List.of(), "/no/such")).endsWith("status 127\nrestored True\n");
        assertThat(on("end", Account.ROOT, List.of("--driver", "moon"), "true"))
                .endsWith("status 125\nrestored True\n");
    }

    @Test
    void much_output_at_the_end_is_shown_to_the_last_line() throws Exception {
        assertThat(on("end", Account.ROOT, List.of(), "seq", "1", "100000"))
                .contains("\n99999\r\n100000\r\n")
                .endsWith("status 0\nrestored True\n");
    }

    @Test
    void a_terminal_that_goes_away_ends_the_agent() throws Exception {
        assertThat(on("hang up", Account.ROOT, List.of(), "sh", "-c", "echo ready; sleep 60"))
                .endsWith("status 129\n");
    }

    private String on(String scenario, Account account, List<String> options, String... command) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("run"));
        arguments.addAll(options);
        arguments.add("--");
        arguments.addAll(List.of(command));
        Path script = Programs.copy("/life/terminal.py", folder);
        List<String> whole = new ArrayList<>(List.of("/usr/bin/python3", script.toString(), scenario));
        whole.addAll(
                Openshell.of(account, folder).environment("TERM", "xterm").command(arguments.toArray(String[]::new)));
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String seen = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(seen).isZero();
        return seen;
    }
}
