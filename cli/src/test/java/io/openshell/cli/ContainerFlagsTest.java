package io.openshell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.compute.PullPolicy;
import io.openshell.api.compute.SandboxRequest.Mount;
import io.openshell.supervisor.sandbox.ContainerOptions;
import io.openshell.supervisor.sandbox.RunAs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class ContainerFlagsTest {

    @Test
    void options_of_containers_are_read() throws CommandFailure {
        ContainerOptions options = parse(
                "--image",
                "debian",
                "--pull",
                "never",
                "--user",
                "node:staff",
                "--mount",
                "/usr:/host/usr:ro",
                "--mount",
                "/etc:/host/etc",
                "--gpu",
                "--gpu-device",
                "1",
                "--gpu-device",
                "vendor.example/nic=a");
        assertThat(options.pull()).isEqualTo(PullPolicy.NEVER);
        assertThat(options.user()).contains(new RunAs("node", Optional.of("staff")));
        assertThat(options.mounts())
                .containsExactly(
                        new Mount(Path.of("/usr"), "/host/usr", true), new Mount(Path.of("/etc"), "/host/etc", false));
        assertThat(options.devices()).containsExactly("nvidia.com/gpu=all", "nvidia.com/gpu=1", "vendor.example/nic=a");
    }

    @Test
    void nothing_is_asked_for_unless_it_is() throws CommandFailure {
        assertThat(parse()).isEqualTo(ContainerOptions.NONE);
        assertThat(parse("--user", "1000").user()).contains(new RunAs("1000", Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({"--pull, never", "--mount, /usr:/usr", "--gpu-device, 0"})
    void what_only_a_container_can_have_needs_an_image(String option, String value) {
        assertThatThrownBy(() -> parse(option, value))
                .hasMessageStartingWith(option + ": " + value)
                .hasMessageContaining("with --image only");
        assertThatThrownBy(() -> parse("--gpu")).hasMessageContaining("with --image only");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            --pull,       sometimes,             'always, missing or never'
            --user,       ':staff',              USER[:GROUP]
            --mount,      /usr,                  HOST:PATH
            --mount,      '/usr:/a:rx',          HOST:PATH
            --mount,      '/usr:/a:ro:z',        HOST:PATH
            --mount,      ':/a',                 a file or folder
            --mount,      '/no/such:/a',         a file or folder
            --mount,      '/dev/null:/a',        a file or folder
            --mount,      '/usr:a',              an absolute path
            --mount,      '/usr:/a/../b',        an absolute path
            --mount,      '/usr:/',              that is not the
            --mount,      '/usr:/proc',          that is not the
            --gpu-device, '',                    nvidia.com/gpu=0
            """, quoteCharacter = '\'', ignoreLeadingAndTrailingWhitespace = true)
    void a_value_that_cannot_be_used_is_named_with_what_is_expected(String option, String value, String expected) {
        assertThatThrownBy(() -> parse("--image", "debian", option, value == null ? "" : value))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith(option + ": ")
                .hasMessageContaining(expected);
    }

    private static ContainerOptions parse(String... arguments) throws CommandFailure {
        var spec = CommandLine.Model.CommandSpec.create();
        RunOptions.describe(spec);
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--", "true"));
        return RunOptions.of(new CommandLine(spec).parseArgs(all.toArray(String[]::new)), Map.of(), 125)
                .container();
    }
}
