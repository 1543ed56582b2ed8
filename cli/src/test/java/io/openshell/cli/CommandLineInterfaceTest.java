package io.openshell.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLineInterfaceTest {

    @TempDir
    Path home;

    private Screen screen;

    @BeforeEach
    void distribution_without_plugins() throws IOException {
        Files.createDirectory(home.resolve("plugins"));
        screen = new Screen(home, Map.of("XDG_STATE_HOME", home.toString()));
    }

    @Test
    void without_a_command_prints_help_that_names_every_command() {
        assertThat(screen.run()).isZero();
        assertThat(screen.out()).contains("run", "policy", "plugins", "doctor", "demo", "Examples:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"run", "policy check", "policy explain", "plugins list", "plugins inspect", "doctor", "demo"})
    void every_command_has_help_with_an_example(String command) {
        assertThat(screen.run((command + " --help").split(" "))).isZero();
        assertThat(screen.out()).contains("Usage: openshell " + command, "Example");
    }

    @Test
    void a_command_line_that_begins_with_a_commands_name_describes_no_other() {
        assertThat(new CommandTree("run", "--help").root().subcommands()).containsOnlyKeys("run");
        assertThat(new CommandTree("-v", "run").root().subcommands()).containsKeys("run", "resume", "policy", "demo");
        assertThat(new CommandTree().root().subcommands()).hasSize(7);
    }

    @Test
    void every_command_says_its_version() {
        assertThat(screen.run("policy", "check", "--version")).isZero();
        assertThat(screen.run("--version")).isZero();
        assertThat(screen.out().lines()).hasSize(2).allMatch(line -> line.startsWith("openshell "));
    }

    @Test
    void an_unknown_command_is_named_with_those_that_exist() {
        assertThat(screen.run("rnu")).isEqualTo(2);
        assertThat(screen.err())
                .contains("error: command: rnu (expected: one of")
                .contains("run", "doctor");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--plugins-dir FIRST plugins list --plugins-dir SECOND",
                "plugins --plugins-dir FIRST --plugins-dir SECOND list",
                "--plugins-dir FIRST --plugins-dir SECOND plugins list"
            })
    void global_options_count_wherever_they_stand(String command) {
        Path first = home.resolve("first");
        Path second = home.resolve("second");
        String line = command.replace("FIRST", first.toString()).replace("SECOND", second.toString());

        assertThat(screen.run(line.split(" "))).isNotZero();
        assertThat(screen.err()).contains(first + ": does not exist", second + ": does not exist");
    }

    @Test
    void an_unknown_option_of_run_is_openshells_own_failure_and_lists_those_that_exist() {
        assertThat(screen.run("run", "--polcy", "x", "--", "true")).isEqualTo(125);
        assertThat(screen.err())
                .contains("error: option: --polcy (expected: one of")
                .contains("--policy");
    }

    @Test
    void run_without_a_command_says_what_is_missing() {
        assertThat(screen.run("run")).isEqualTo(125);
        assertThat(screen.err()).contains("COMMAND");
    }

    @Test
    void options_of_the_agent_stay_the_agents() {
        assertThat(screen.run("run", "true", "--polcy")).isEqualTo(125);
        assertThat(screen.err()).doesNotContain("--polcy");
    }

    @Test
    void a_policy_with_problems_is_125_from_run_and_1_from_check() throws IOException {
        Path policy = Files.writeString(home.resolve("p.yaml"), "version: 2\nfilesystem_polcy: {}\n");
        assertThat(screen.run("policy", "check", policy.toString())).isEqualTo(1);
        assertThat(screen.out())
                .contains(policy + ":1:10: version:")
                .contains(policy + ":2:1: ")
                .contains("did you mean 'filesystem_policy'?");
        assertThat(screen.run("run", "--policy", policy.toString(), "--", "true"))
                .isEqualTo(125);
        assertThat(screen.err()).contains("2 problems above");
    }

    @Test
    void a_refused_policy_is_on_record() throws IOException {
        Path policy = Files.writeString(home.resolve("p.yaml"), "version: 2\n");
        Path events = home.resolve("events.jsonl");
        Screen logging = new Screen(home, Map.of("XDG_STATE_HOME", home.toString()));
        int status = logging.run("run", "--policy", policy.toString(), "--events", events.toString(), "--", "true");
        assertThat(status).isEqualTo(125);
        assertThat(Files.readString(events)).contains("Policy refused", "p.yaml:1:10");
    }

    @Test
    void a_policy_that_is_not_there_is_named() {
        assertThat(screen.run("policy", "check", "/no/such.yaml")).isEqualTo(1);
        assertThat(screen.err()).contains("policy: /no/such.yaml (expected: a file that exists)");
    }

    @Test
    void a_plugins_folder_that_is_not_there_stops_every_command_that_needs_plugins() {
        assertThat(screen.run("plugins", "list", "--plugins-dir", "/no/such/dir"))
                .isEqualTo(1);
        assertThat(screen.err()).contains("/no/such/dir");
    }

    @Test
    void global_options_count_before_and_after_the_commands_name() {
        assertThat(screen.run("--plugins-dir", "/no/before", "plugins", "--plugins-dir", "/no/between", "list"))
                .isEqualTo(1);
        assertThat(screen.err()).contains("/no/before", "/no/between");
        assertThat(screen.run("--plugins-dir", "/no/run", "run", "--", "true")).isEqualTo(125);
        assertThat(screen.err()).contains("/no/run");
    }

    @ParameterizedTest
    @CsvSource({
        "run --timeout soon -- true, --timeout: soon (expected: SECONDS)",
        "run --timeout 9223372036854775807 -- true, --timeout: 9223372036854775807 (expected: a number of seconds up to",
        "run --workdir= -- true, --workdir: empty (expected: a path)",
        "run --policy= -- true, --policy: empty (expected: a path)",
        "run --events= -- true, --events: empty (expected: a path)",
    })
    void a_value_that_makes_no_sense_is_named_with_what_is_expected(String line, String message) {
        assertThat(screen.run(line.split(" "))).isEqualTo(125);
        assertThat(screen.err()).contains("error: " + message);
    }

    @Test
    void checking_no_policy_at_all_is_a_mistake() {
        assertThat(screen.run("policy", "check")).isEqualTo(2);
        assertThat(screen.err()).contains("FILE: missing");
    }

    @Test
    void the_plugins_variable_counts_like_the_option() {
        Screen withVariable = new Screen(home, Map.of("OPENSHELL_PLUGINS_DIR", "/no/such/dir"));
        assertThat(withVariable.run("plugins", "list")).isEqualTo(1);
        assertThat(withVariable.err()).contains("/no/such/dir");
    }

    @Test
    void an_unknown_plugin_is_named() {
        assertThat(screen.run("plugins", "inspect", "l7-rset")).isEqualTo(1);
        assertThat(screen.err()).contains("plugin: l7-rset (expected: one of");
    }

    @Test
    void lists_print_as_json() {
        assertThat(screen.run("plugins", "list", "--output", "json")).isZero();
        assertThat(screen.out().strip()).isEqualTo("[ ]");
    }

    @Test
    void an_unknown_format_is_refused() {
        assertThat(screen.run("plugins", "list", "--output", "xml")).isEqualTo(2);
        assertThat(screen.err()).contains("error: --output: xml (expected: one of table, json, yaml)");
    }
}
