package io.openshell.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts that find a Java and start it, run against stand-ins for a JDK that print how they were called. */
class ScriptsTest {
    private static final Path SOURCES = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private Path home;

    private record Outcome(int exit, List<String> lines) {}

    @BeforeEach
    void lays_out_a_distribution_without_its_jars() throws IOException {
        home = folder.resolve("open shell");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.createFile(home.resolve("lib/b.jar"));
        Files.createFile(home.resolve("lib/a.jar"));
        for (String script : List.of("openshell", "find-jdk.sh", "jvm.sh", "train-cache")) {
            Files.copy(
                    SOURCES.resolve("bin").resolve(script), home.resolve("bin").resolve(script));
        }
    }

    @Test
    void passes_the_arguments_on_as_they_are() throws Exception {
        Outcome outcome = openshell(jdk("21.0.4"), "policy", "check", "a b", "*", "");

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.lines()).endsWith("io.openshell.cli.Main", "policy", "check", "a b", "*", "");
    }

    @Test
    void names_each_jar_in_one_order_and_the_home() throws Exception {
        List<String> lines = openshell(jdk("21.0.4"), "--version").lines();

        assertThat(lines).contains("-Dopenshell.home=" + home);
        assertThat(lines.get(lines.indexOf("-cp") + 1)).isEqualTo(home + "/lib/a.jar:" + home + "/lib/b.jar");
    }

    @Test
    void gives_commands_that_carry_traffic_the_full_compiler_and_a_bounded_heap() throws Exception {
        Path java = jdk("25.0.1");

        for (String command : List.of("run", "resume", "demo")) {
            assertThat(openshell(java, "--plugins-dir", "x", command, "--", "true")
                            .lines())
                    .as(command)
                    .contains("-XX:+ExitOnOutOfMemoryError", "-XX:MaxDirectMemorySize=128m")
                    .doesNotContain("-XX:TieredStopAtLevel=1");
        }
        assertThat(openshell(java, "policy", "check", "--", "run").lines())
                .contains("-XX:TieredStopAtLevel=1")
                .doesNotContain("-XX:+ExitOnOutOfMemoryError");
    }

    @Test
    void uses_the_start_up_cache_of_this_very_Java() throws Exception {
        Files.createDirectories(home.resolve("cache"));
        for (String cache : List.of("cli-25.0.1.aot", "run-25.0.1.aot", "cli-21.0.4.jsa", "run-21.0.4.jsa")) {
            Files.writeString(home.resolve("cache").resolve(cache), "cache");
        }

        assertThat(openshell(jdk("25.0.1"), "doctor").lines())
                .contains("-XX:AOTCache=" + home + "/cache/cli-25.0.1.aot");
        assertThat(openshell(jdk("25.0.1"), "run", "true").lines())
                .contains("-XX:AOTCache=" + home + "/cache/run-25.0.1.aot");
        assertThat(openshell(jdk("21.0.4"), "doctor").lines())
                .contains("-XX:SharedArchiveFile=" + home + "/cache/cli-21.0.4.jsa");
    }

    @Test
    void makes_a_missing_cache_once_and_does_without_when_that_fails() throws Exception {
        Files.createDirectories(home.resolve("cache"));
        Path java = jdk("25.0.1");

        Outcome first = openshell(java, "doctor");
        Outcome second = openshell(java, "doctor");

        assertThat(first.lines()).contains("openshell: making the start-up caches for Java 25.0.1, once");
        assertThat(second.lines()).noneMatch(line -> line.contains("start-up cache") || line.contains("AOTCache"));
        assertThat(second.exit()).isZero();
    }

    @Test
    void asks_no_engine_but_its_own_when_it_makes_the_caches() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));

        List<String> calls = training(temporary);
        List<String> callsWithoutATemporaryFolder = training(folder.resolve("none"));

        assertThat(calls)
                .anyMatch(call -> call.endsWith("StartupTraining run container"))
                .filteredOn(call -> call.contains("container"))
                .allMatch(call -> call.startsWith("unix://" + temporary + "/"));
        assertThat(temporary).isEmptyDirectory();
        assertThat(callsWithoutATemporaryFolder)
                .anyMatch(call -> call.endsWith("StartupTraining run"))
                .noneMatch(call -> call.contains("container"));
    }

    /** How Java was called, each time with the engine that it was shown. */
    private List<String> training(Path temporary) throws Exception {
        Path java = jdk("25.0.1");
        Path calls = folder.resolve("calls");
        Files.deleteIfExists(calls);
        Files.writeString(java.resolve("bin/java"), "#!/bin/sh\necho \"$DOCKER_HOST $*\" >>'" + calls + "'\n");
        Path program = home.resolve("bin/train-cache");
        run(java, "env", "TMPDIR=" + temporary, "DOCKER_HOST=unix:///real", program.toString());
        return Files.readAllLines(calls);
    }

    @Test
    void passes_over_a_JAVA_HOME_that_is_too_old() throws Exception {
        Outcome outcome = openshell(jdk("17.0.15"), "--version");

        assertThat(outcome.lines()).doesNotContain("-cp", "--version");
    }

    @Test
    void is_found_through_symbolic_links() throws Exception {
        Files.createSymbolicLink(folder.resolve("link"), home.resolve("bin/openshell"));
        Path relative = Files.createSymbolicLink(folder.resolve("relative"), Path.of("link"));

        Outcome outcome = run(jdk("21.0.4"), relative.toString(), "--version");

        assertThat(outcome.lines()).contains("-Dopenshell.home=" + home);
    }

    @Test
    void finds_the_newest_JDK_with_what_is_asked_for() throws Exception {
        for (String version : List.of("21.0.4", "25.0.1", "9.0.4", "1.8.0_402")) {
            Files.move(jdk(version), folder.resolve("jdk-" + version));
        }
        String script = Files.readString(SOURCES.resolve("bin/find-jdk.sh"))
                .replaceFirst("/usr/lib/jvm/\\* [^;]*;", folder + "/jdk-*;");
        Path copy = Files.writeString(folder.resolve("find.sh"), script);

        Outcome java = run(folder, "sh", "-c", ". " + copy + "; find_jdk java; echo $JDK_HOME $JDK_VERSION $JDK_MAJOR");
        Outcome compiler = run(folder, "sh", "-c", ". " + copy + "; find_jdk javac || echo none");

        assertThat(java.lines()).containsExactly(folder + "/jdk-25.0.1 25.0.1 25");
        assertThat(compiler.lines()).containsExactly("none");
    }

    private Outcome openshell(Path java, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(home + "/bin/openshell"));
        command.addAll(List.of(arguments));
        return run(java, command.toArray(String[]::new));
    }

    private static Outcome run(Path javaHome, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", javaHome.toString());
        builder.environment().remove("OPENSHELL_JAVA_OPTS");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), output.lines().toList());
    }

    /** A folder that looks like a JDK's; its java prints its arguments, one a line. */
    private Path jdk(String version) throws IOException {
        Path root = Files.createTempDirectory(folder, "java");
        Files.writeString(
                root.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nOS_ARCH=\"y\"\n");
        Path java = Files.createDirectories(root.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return root;
    }
}
