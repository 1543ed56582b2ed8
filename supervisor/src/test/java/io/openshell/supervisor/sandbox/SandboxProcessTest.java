package io.openshell.supervisor.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A supervisor in a process of its own, locked down by its prelude, to be talked to, signalled and killed. */
@Tag("root")
@Tag("slow")
final class SandboxProcessTest {

    private static final String LOOP = "echo up; while :; do sleep 0.1; done";

    private static final int NOBODY = 65_534;

    @TempDir
    Path directory;

    @Test
    void hands_its_own_streams_on() throws Exception {
        Process process = start("--", "sh", "-c", "cat; echo err >&2; exit 42");
        process.getOutputStream().write("hello".getBytes(UTF_8));
        process.getOutputStream().close();
        assertThat(text(process)).isEqualTo("hello");
        assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8)).isEqualTo("err\n");
        assertThat(process.waitFor()).isEqualTo(42);
    }

    @Test
    void ends_as_its_command_does() throws Exception {
        assertThat(start("--", "sh", "-c", "kill -9 $$").waitFor()).isEqualTo(137);
        assertThat(start("--", "/no/such").waitFor()).isEqualTo(127);
        assertThat(start("--timeout", "200", "--", "sleep", "60").waitFor()).isEqualTo(124);
        assertThat(start("--workdir", "/no/such", "--", "true").waitFor()).isEqualTo(125);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void forwards_signals_to_the_command(String signal) throws Exception {
        Process process = start("--", "sh", "-c", "trap 'exit 7' " + signal + "; " + LOOP);
        awaitUp(process);
        signal(process.pid(), signal);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(7);
    }

    @Test
    void a_signal_that_ends_the_command_is_its_status() throws Exception {
        Process process = start("--", "sh", "-c", LOOP);
        awaitUp(process);
        signal(process.pid(), "TERM");
        assertThat(process.waitFor()).isEqualTo(143);
    }

    @Test
    void leaves_nothing_when_it_is_killed() throws Exception {
        String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
        long interfaces = entries("/sys/class/net");
        Process process = start("--", "sh", "-c", "sleep 500 & " + LOOP);
        awaitUp(process);
        List<ProcessHandle> all = process.descendants().toList();
        assertThat(all).hasSizeGreaterThanOrEqualTo(5);
        assertThat(controlDirectories(process.pid())).isEmpty();
        process.destroyForcibly().waitFor();
        awaitGone(all);
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).isEqualTo(mounts);
        assertThat(entries("/sys/class/net")).isEqualTo(interfaces);
    }

    @Test
    void leaves_no_process_whenever_it_is_killed() throws Exception {
        Path launcher =
                Files.copy(Sandboxes.LAUNCHER, directory.resolve("launcher"), StandardCopyOption.COPY_ATTRIBUTES);
        for (int millis = 50; millis < 1_500; millis += 150) {
            Process process = new ProcessBuilder(java(
                            launcher, System.getProperty("java.class.path"), "--", "sh", "-c", "sleep 500 & " + LOOP))
                    .start();
            Thread.sleep(millis);
            List<ProcessHandle> all = process.descendants().toList();
            process.destroyForcibly().waitFor();
            awaitGone(all);
            awaitGone(launchers(launcher));
        }
        assertThat(start("--", "true").waitFor()).isZero();
        try (Stream<Path> left = Files.list(Path.of("/run"))) {
            assertThat(left.map(Path::toString).filter(path -> path.startsWith("/run/openshell-")))
                    .as("directories of dead supervisors are swept by the next start")
                    .isEmpty();
        }
    }

    @Test
    void ends_when_its_command_kills_everything_it_can() throws Exception {
        Process process = start("--", "sh", "-c", "sleep 500 & kill -9 -1; sleep 5; exit 3");
        assertThat(process.waitFor()).isIn(3, 137);
        awaitGone(process.descendants().toList());
    }

    @Test
    void joins_the_terminal_to_the_commands() throws Exception {
        String output = onTerminal(
                "talk",
                "sh",
                "-c",
                "tty; stty size; echo ready; read x; echo got $x; until [ \"$(stty size)\" = '40 120' ]; do sleep 0.1; done; stty size; exit 9");
        assertThat(output).contains("/dev/pts/", "30 100", "got hello", "40 120", "status 9", "restored True");
    }

    @Test
    void ctrl_c_interrupts_the_command_on_a_terminal() throws Exception {
        assertThat(onTerminal("interrupt", "sh", "-c", "echo ready; sleep 60")).contains("status 130", "restored True");
    }

    @Test
    void a_signal_to_the_supervisor_gives_the_terminal_back() throws Exception {
        assertThat(onTerminal("terminate", "sh", "-c", "echo ready; sleep 60")).contains("status 143", "restored True");
    }

    @Test
    void works_without_root() throws Exception {
        copyForNobody();
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "--inh-caps=-all",
                "/usr/bin/env",
                "-i",
                "JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=" + directory.resolve("work")));
        command.addAll(java(
                directory.resolve("launcher"),
                directory.resolve("classes") + File.pathSeparator + directory.resolve("*"),
                "--workdir",
                directory.resolve("work").toString()));
        command.addAll(List.of(
                "--",
                "sh",
                "-c",
                "id -u; echo x > file; stat -c %u file; ls -d /root; curl -sS -o /dev/null -w '%{http_connect}\\n'"
                        + " https://example.com; grep -E 'CapEff|Seccomp:|NoNewPrivs' /proc/self/status"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertThat(text(process))
                .contains("\n65532\n65532\n")
                .contains("403", "CapEff:\t0000000000000000", "Seccomp:\t2", "NoNewPrivs:\t1");
        assertThat(process.waitFor()).isZero();
        assertThat(Files.getAttribute(directory.resolve("work/file"), "unix:uid"))
                .isEqualTo(NOBODY);
    }

    private static Process start(String... arguments) throws IOException {
        return new ProcessBuilder(java(
                        Sandboxes.LAUNCHER.toAbsolutePath().normalize(),
                        System.getProperty("java.class.path"),
                        arguments))
                .start();
    }

    private static List<String> java(Path launcher, String classPath, String... arguments) {
        // A JVM leaves signals ignored that its parent ignored, as under nohup: this one must not depend on how the
        // tests
        // were started.
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/env",
                "--default-signal=INT,HUP,TERM",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dopenshell.launcher=" + launcher,
                "-cp",
                classPath,
                SandboxProcess.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String onTerminal(String scenario, String... command) throws Exception {
        Path script =
                Path.of(SandboxProcessTest.class.getResource("/terminal.py").toURI());
        List<String> all = new ArrayList<>(List.of("python3", script.toString(), scenario));
        String[] arguments = Stream.concat(Stream.of("--"), Stream.of(command)).toArray(String[]::new);
        all.addAll(java(
                Sandboxes.LAUNCHER.toAbsolutePath().normalize(), System.getProperty("java.class.path"), arguments));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String output = text(process);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** Class path, launcher and a working directory, in a place that everybody can read. */
    private void copyForNobody() throws IOException {
        for (Path above = directory;
                above != null && !Files.isReadable(above.resolve("x"));
                above = above.getParent()) {
            if (above.startsWith("/tmp/")) {
                Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        Files.copy(Sandboxes.LAUNCHER, directory.resolve("launcher"), StandardCopyOption.COPY_ATTRIBUTES);
        int number = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path source = Path.of(entry);
            if (Files.isDirectory(source)) {
                copyTree(source, directory.resolve("classes"));
            } else {
                Files.copy(source, directory.resolve("lib" + number + ".jar"));
            }
            number++;
        }
        Path work = Files.createDirectory(directory.resolve("work"));
        Files.setAttribute(work, "unix:uid", NOBODY);
        Files.setAttribute(work, "unix:gid", NOBODY);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static List<ProcessHandle> launchers(Path launcher) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").equals(launcher.toString()))
                .toList();
    }

    private static List<Path> controlDirectories(long pid) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/run"))) {
            return entries.filter(path -> path.toString().contains("-" + pid + "-"))
                    .toList();
        }
    }

    private static void awaitUp(Process process) throws IOException {
        BufferedReader reader = process.inputReader(UTF_8);
        assertThat(reader.readLine()).isEqualTo("up");
    }

    private static void awaitGone(List<ProcessHandle> processes) throws Exception {
        for (ProcessHandle process : processes) {
            assertThat(process.onExit().get(20, TimeUnit.SECONDS).isAlive()).isFalse();
        }
    }

    private static void signal(long pid, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static String text(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    private static long entries(String path) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of(path))) {
            return entries.count();
        }
    }
}
