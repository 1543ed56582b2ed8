package io.openshell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.compute.SandboxRequest.Resources;
import io.openshell.supervisor.sandbox.SandboxLimits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class LimitOptionsTest {

    private static final int STATUS = 125;

    @Test
    void nothing_is_asked_for_unless_somebody_does() throws CommandFailure {
        assertThat(parse()).isEqualTo(SandboxLimits.DEFAULT);
        assertThat(parse("--require-limits")).isEqualTo(new SandboxLimits(Resources.UNLIMITED, true));
    }

    @Test
    void all_of_them_together() throws CommandFailure {
        assertThat(parse("--pids", "100", "--memory", "1.5g", "--cpu", "0.5"))
                .isEqualTo(new SandboxLimits(new Resources(100, 1536L << 20, 0.5), false));
    }

    @ParameterizedTest
    @CsvSource({
        "512m, 536870912",
        "512M, 536870912",
        "2g, 2147483648",
        "1.5g, 1610612736",
        "16777216, 16777216",
        "65536k, 67108864",
        "512MiB, 536870912",
        "512mb, 536870912",
        "512Mi, 536870912",
        "4Gi, 4294967296",
        "8G, 8589934592",
        "65536Ki, 67108864",
        "1t, 1099511627776",
    })
    void sizes_are_in_powers_of_1024(String size, long bytes) throws CommandFailure {
        assertThat(parse("--memory", size).asked().memoryBytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "--memory, 12q, a size such as 512m or 2g",
        "--memory, m, a size such as 512m or 2g",
        "--memory, -5m, a size such as 512m or 2g",
        "--memory, 1e9, a size such as 512m or 2g",
        "--memory, '', a size such as 512m or 2g",
        "--memory, 15m, 'a size from 16m, which a sandbox needs to start, to 1024t'",
        "--memory, 0, 'a size from 16m, which a sandbox needs to start, to 1024t'",
        "--memory, 1025t, 'a size from 16m, which a sandbox needs to start, to 1024t'",
        "--pids, 15, 'a whole number from 16, which a sandbox needs to start, to 4194304, or 0 for the platform''s own limit'",
        "--pids, -1, 'a whole number from 16, which a sandbox needs to start, to 4194304, or 0 for the platform''s own limit'",
        "--pids, 99999999999, 'a whole number from 16, which a sandbox needs to start, to 4194304, or 0 for the platform''s own limit'",
        "--pids, many, 'a whole number from 16, which a sandbox needs to start, to 4194304, or 0 for the platform''s own limit'",
        "--pids, 1.5, 'a whole number from 16, which a sandbox needs to start, to 4194304, or 0 for the platform''s own limit'",
        "--cpu, 0, a number of processors from 0.01 to 8192",
        "--cpu, 0.001, a number of processors from 0.01 to 8192",
        "--cpu, 9m, a number of processors from 0.01 to 8192",
        "--cpu, m, a number of processors from 0.01 to 8192",
        "--cpu, -1, a number of processors from 0.01 to 8192",
        "--cpu, 1M, a number of processors from 0.01 to 8192",
        "--memory, 512im, a size such as 512m or 2g",
        "--cpu, two, a number of processors from 0.01 to 8192",
        "--cpu, NaN, a number of processors from 0.01 to 8192",
    })
    void a_value_that_cannot_be_used_is_named_with_what_is_expected(String option, String value, String expected) {
        assertThatThrownBy(() -> parse(option, value))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(option + ": " + value + " (expected: " + expected + ")");
    }

    @ParameterizedTest
    @CsvSource({"500m, 0.5", "2, 2", "2.5, 2.5", "10m, 0.01", "8192000m, 8192", "0.01, 0.01"})
    void processors_may_be_in_thousandths(String number, double cpus) throws CommandFailure {
        assertThat(parse("--cpu", number).asked().cpus()).isEqualTo(cpus);
    }

    @Test
    void no_number_of_processes_is_another_thing_than_none_asked_for() throws CommandFailure {
        assertThat(parse("--pids", "0")).isEqualTo(new SandboxLimits(Resources.UNLIMITED, false, false));
        assertThat(parse("--pids", "16")).isEqualTo(new SandboxLimits(new Resources(16, null, null), false));
    }

    private static SandboxLimits parse(String... arguments) throws CommandFailure {
        CommandLine line = new CommandLine(new RunCommand().spec());
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--", "true"));
        return LimitOptions.of(line.parseArgs(all.toArray(String[]::new)), STATUS);
    }
}
