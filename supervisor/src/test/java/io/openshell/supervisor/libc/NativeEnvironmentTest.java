package io.openshell.supervisor.libc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In a process of its own, for the environment cannot be given back. */
final class NativeEnvironmentTest {

    @Test
    void takes_the_environment_from_java_and_from_programs_and_overwrites_a_variable_where_it_lies() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EnvironmentProcess.class.getName()))
                .redirectErrorStream(true);
        builder.environment().put("CANARY_KEY", "the canary's value");
        builder.environment().put("OTHER", "other value");
        Process process = builder.start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList())
                .endsWith(
                        "java: [PATH]",
                        "child: false",
                        "child has a path: true",
                        "names: true",
                        "text: other value",
                        "none: false",
                        "bytes: 18",
                        "kernel before: true",
                        "kernel after: false",
                        "after: 0",
                        "others: other value",
                        "printed: false");
    }
}
