package io.openshell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class RunOptionsTest {

    private static final int STATUS = 125;
    private static final Map<String, String> SURROUNDINGS =
            Map.of("OPENSHELL_SANDBOX_POLICY", "/etc/p.yaml", "OPENSHELL_DRIVER", "docker", "LANG", "C");

    @Test
    void without_options_everything_has_its_default() throws CommandFailure {
        RunOptions options = parse(Map.of(), "--", "claude", "--help");
        assertThat(options.policy()).isEmpty();
        assertThat(options.driver()).isEmpty();
        assertThat(options.workdir()).isEmpty();
        assertThat(options.loopback()).isTrue();
        assertThat(options.timeout()).isZero();
        assertThat(options.command()).containsExactly("claude", "--help");
    }

    @Test
    void variables_stand_in_for_options_and_options_win() throws CommandFailure {
        RunOptions fromVariables = parse(SURROUNDINGS, "--", "true");
        assertThat(fromVariables.policy()).contains(Path.of("/etc/p.yaml"));
        assertThat(fromVariables.driver()).contains("docker");
        RunOptions fromOptions = parse(SURROUNDINGS, "--policy", "q.yaml", "--driver", "local", "--", "true");
        assertThat(fromOptions.policy()).contains(Path.of("q.yaml"));
        assertThat(fromOptions.driver()).contains("local");
    }

    @Test
    void a_policy_is_followed_only_where_there_is_a_file_of_one() throws CommandFailure {
        assertThat(parse(SURROUNDINGS, "--", "true").watchPolicy()).isFalse();
        assertThat(parse(SURROUNDINGS, "--watch-policy", "--", "true").watchPolicy())
                .isTrue();
        assertThat(parse(Map.of(), "--policy", "p.yaml", "--watch-policy", "--", "true")
                        .watchPolicy())
                .isTrue();
        assertThatThrownBy(() -> parse(Map.of(), "--watch-policy", "--", "true"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("--watch-policy: no policy (expected: --policy FILE, or OPENSHELL_SANDBOX_POLICY)");
    }

    @Test
    void loopback_can_be_taken_away() throws CommandFailure {
        assertThat(parse(Map.of(), "--no-loopback", "--", "true").loopback()).isFalse();
    }

    @Test
    void hosts_variables_and_times_are_read() throws CommandFailure {
        RunOptions options = parse(
                SURROUNDINGS,
                "--add-host",
                "API.example.com:93.184.216.34",
                "--add-host",
                "six.example.com:2001:db8::1",
                "--env",
                "A=b=c",
                "--env",
                "LANG",
                "--timeout",
                "7",
                "--",
                "true");
        assertThat(options.addHosts()).containsOnlyKeys("api.example.com", "six.example.com");
        assertThat(options.environment()).containsEntry("A", "b=c").containsEntry("LANG", "C");
        assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @ParameterizedTest
    @CsvSource({
        "--add-host, example.com",
        "--add-host, example.com:not-an-ip",
        "--add-host, ex%61mple.com:10.0.0.1",
        "--env, 1A=b",
        "--env, OPENSHELL_SANDBOX=0",
        "--env, NOT_SET_ANYWHERE",
        "--workdir, /no/such/dir",
        "--upstream-ca, /no/such.pem",
        "--attest, ''",
        "--timeout, -1",
        "--name, Not_A_Name"
    })
    void a_value_that_cannot_be_used_is_named_with_what_is_expected(String option, String value) {
        assertThatThrownBy(() -> parse(Map.of(), option, value, "--", "true"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith(option + ": ")
                .hasMessageContaining("(expected: ");
    }

    private static RunOptions parse(Map<String, String> surroundings, String... arguments) throws CommandFailure {
        List<String> all = new ArrayList<>(List.of(arguments));
        CommandLine line = new CommandLine(new RunCommand().spec());
        return RunOptions.of(line.parseArgs(all.toArray(String[]::new)), surroundings, STATUS);
    }
}
