package io.openshell.supervisor.prelude;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own, for there is no way back. */
final class SupervisorPreludeTest {

    @TempDir
    Path directory;

    @Test
    void puts_every_thread_and_child_under_the_filter_but_not_the_broker() throws Exception {
        String output = run(broker("exec cat >/dev/null"));
        assertThat(output)
                .contains("unfiltered mount: Bad address")
                .contains("\nmount: Operation not permitted")
                .contains("virtual mount: Operation not permitted")
                .contains("all filtered: true")
                .contains("all without new privileges: true")
                .contains("child filtered: true")
                .contains("broker filtered: false");
        assertThat(output.replaceAll("(?s).*\nthreads: (\\d+).*", "$1"))
                .satisfies(threads -> assertThat(Integer.parseInt(threads)).isGreaterThan(10));
    }

    @Test
    void refuses_a_launcher_that_is_not_there() {
        assertThatThrownBy(() -> SupervisorPrelude.install(directory.resolve("nothing")))
                .hasMessageContaining("expected: an executable file");
    }

    @Test
    void the_broker_ends_when_its_input_does() throws Exception {
        ProcessHandle process;
        try (LauncherBroker broker = LauncherBroker.start(broker("exec cat >/dev/null"))) {
            process = ProcessHandle.of(broker.pid()).orElseThrow();
            assertThat(process.isAlive()).isTrue();
        }
        assertThat(process.onExit().get(20, TimeUnit.SECONDS).isAlive()).isFalse();
    }

    @Test
    void a_broker_that_ends_or_talks_nonsense_starts_nothing() throws Exception {
        try (LauncherBroker broker = LauncherBroker.start(broker("exec true"))) {
            assertThatThrownBy(() -> broker.startLauncher(directory)).hasMessageContaining("broker");
        }
        try (LauncherBroker broker = LauncherBroker.start(broker("echo nonsense; exec cat >/dev/null"))) {
            assertThatThrownBy(() -> broker.startLauncher(directory)).hasMessageContaining("broker");
        }
    }

    private Path broker(String script) throws Exception {
        Path file = directory.resolve("broker");
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    private static String run(Path launcher) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PreludeProcess.class.getName(),
                        launcher.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
