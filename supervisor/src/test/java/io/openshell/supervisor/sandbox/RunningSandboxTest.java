package io.openshell.supervisor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.core.credential.CredentialStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real sandboxes on this machine, made by the real launcher. */
@Tag("root")
final class RunningSandboxTest {

    private static Sandboxes sandboxes;

    @TempDir
    Path directory;

    @BeforeAll
    static void open() throws Exception {
        sandboxes = Sandboxes.open();
    }

    @AfterAll
    static void close() {
        sandboxes.close();
    }

    @Test
    void gives_back_what_a_command_ends_with() throws Exception {
        try (RunningSandbox sandbox = create()) {
            assertThat(Sandboxes.run(sandbox, "true")).isEqualTo(new Sandboxes.Outcome(0, "", ""));
            assertThat(status(sandbox, "exit 3")).isEqualTo(3);
            assertThat(status(sandbox, "exit 255")).isEqualTo(255);
            assertThat(status(sandbox, "kill -TERM $$")).isEqualTo(143);
            assertThat(status(sandbox, "kill -9 $$")).isEqualTo(137);
        }
    }

    @Test
    void says_when_a_program_is_not_there_or_cannot_be_executed() throws Exception {
        try (RunningSandbox sandbox = create()) {
            assertThatThrownBy(() -> Sandboxes.run(sandbox, "no-such-program"))
                    .isInstanceOfSatisfying(
                            SandboxException.class,
                            e -> assertThat(e.exitCode()).isEqualTo(127))
                    .hasMessage("no-such-program: No such file or directory");
            assertThatThrownBy(() -> Sandboxes.run(sandbox, "/etc/passwd/x"))
                    .isInstanceOfSatisfying(
                            SandboxException.class,
                            e -> assertThat(e.exitCode()).isEqualTo(127));
            assertThatThrownBy(() -> Sandboxes.run(sandbox, "/etc/passwd"))
                    .isInstanceOfSatisfying(
                            SandboxException.class,
                            e -> assertThat(e.exitCode()).isEqualTo(126))
                    .hasMessage("/etc/passwd: Permission denied");
            assertThat(Sandboxes.run(sandbox, "true").status()).isZero();
        }
    }

    @Test
    void keeps_output_and_errors_apart_and_whole() throws Exception {
        try (RunningSandbox sandbox = create()) {
            Sandboxes.Outcome outcome = shell(sandbox, "echo out; echo err >&2; cat; seq 1 200000 | tail -c 7");
            assertThat(outcome).isEqualTo(new Sandboxes.Outcome(0, "out\n200000\n", "err\n"));
            assertThat(shell(sandbox, "seq 1 200000").output()).hasSize(1_288_895);
        }
    }

    @Test
    void hands_on_nothing_of_its_own_environment() throws Exception {
        try (RunningSandbox sandbox = create()) {
            List<String> expected = new AgentEnvironment(
                            new AgentIdentity("sandbox", 1, "sandbox", 1), AgentPlace.OWN, CredentialStore.empty())
                    .variables(Map.of(), null);
            assertThat(Sandboxes.run(sandbox, "env").output().lines()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void shows_the_declared_paths_and_no_others() throws Exception {
        try (RunningSandbox sandbox = create()) {
            assertThat(shell(sandbox, "for d in dev etc proc sandbox tmp usr var; do test -d /$d || echo $d; done")
                            .output())
                    .isEmpty();
            assertThat(shell(
                                    sandbox,
                                    "for d in root home srv boot opt mnt work sys run media; do test -e /$d && echo $d; done")
                            .output())
                    .isEmpty();
            assertThat(status(sandbox, "ls /")).isNotZero();
            assertThat(shell(sandbox, "ls -A /tmp /sandbox").output().lines().filter(line -> !line.isBlank()))
                    .containsExactlyInAnyOrder("/tmp:", "/sandbox:");
            assertThat(status(sandbox, "test -d /var/log && ! test -e /var/lib"))
                    .isZero();
            assertThat(status(sandbox, "touch /usr/x || touch /etc/x || touch /x"))
                    .isNotZero();
            assertThat(status(sandbox, "touch /tmp/x && touch /sandbox/y && echo > /dev/null"))
                    .isZero();
            assertThat(status(sandbox, "cat /etc/shadow")).isNotZero();
        }
    }

    @Test
    void the_agent_is_the_sandbox_account_without_rights() throws Exception {
        try (RunningSandbox sandbox = create()) {
            long uid = Accounts.ofThisMachine()
                    .resolve(Sandboxes.restrictive().process())
                    .uid();
            assertThat(shell(sandbox, "id -un; id -u; id -Gn; hostname; pwd").output())
                    .isEqualTo("sandbox\n" + uid + "\nsandbox\nbox\n/sandbox\n");
            String status = shell(sandbox, "cat /proc/self/status").output();
            assertThat(status)
                    .contains(
                            "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2");
            assertThat(shell(sandbox, "ulimit -c; mount -t tmpfs x /tmp; unshare -U true")
                            .output())
                    .startsWith("0\n");
            assertThat(status(sandbox, "unshare -U true")).isNotZero();
        }
    }

    @Test
    void trusts_its_own_authority_by_files_that_all_can_read() throws Exception {
        try (RunningSandbox sandbox = create()) {
            assertThat(shell(sandbox, "ls -l /etc/openshell-tls | cut -c1-10 | tail -3 | sort -u")
                            .output())
                    .isEqualTo("-r--r--r--\n");
            assertThat(shell(sandbox, "grep -c BEGIN $NODE_EXTRA_CA_CERTS; grep -c BEGIN $SSL_CERT_FILE")
                            .output())
                    .matches("1\n[1-9]\\d*\n");
            assertThat(shell(sandbox, "cat /etc/resolv.conf").output()).startsWith("#");
        }
    }

    @Test
    void everything_that_a_sandbox_tries_to_reach_is_refused_and_told() throws Exception {
        Sandboxes own = Sandboxes.open();
        try (own;
                RunningSandbox sandbox = own.supervisor().create(SandboxSpec.local("box", Sandboxes.restrictive()))) {
            Sandboxes.Outcome outcome =
                    shell(sandbox, "curl -sS -o /dev/null -w '%{http_connect}' https://example.com/ 2>/dev/null");
            assertThat(outcome.output()).isEqualTo("403");
            assertThat(own.events())
                    .anyMatch(event -> event.contains("DENIED /usr/bin/curl(") && event.contains("example.com:443"));
            assertThat(status(sandbox, "curl -sS --noproxy '*' --max-time 5 http://1.1.1.1/"))
                    .isEqualTo(7);
        }
        assertThat(own.events())
                .anyMatch(event -> event.startsWith("LIFECYCLE:START"))
                .anyMatch(event -> event.contains("Policy loaded"))
                .anyMatch(event -> event.contains("Landlock filesystem sandbox available"))
                .anyMatch(event -> event.matches("CONFIG:VALIDATED .* Sandbox attestation passed"
                        + " \\[attempts:\\d+ not_applicable:\\d+ took:\\d+ms]"))
                .anyMatch(event -> event.startsWith("PROC:LAUNCH"))
                .anyMatch(event -> event.startsWith("PROC:TERMINATE"))
                .anyMatch(event -> event.startsWith("LIFECYCLE:STOP"));
    }

    @Test
    void a_replaced_binary_is_refused() throws Exception {
        Sandboxes own = Sandboxes.open();
        try (own;
                RunningSandbox sandbox = own.supervisor().create(SandboxSpec.local("box", Sandboxes.restrictive()))) {
            String get = "./tool -sS --max-time 10 -o /dev/null http://example.com/ ";
            shell(sandbox, "cp /usr/bin/curl tool && " + get + "; cp tool tool2; echo >> tool2; mv tool2 tool; " + get);
            assertThat(own.events()).anyMatch(event -> event.contains("DENIED /sandbox/tool("));
            assertThat(own.events())
                    .anyMatch(event -> event.contains("Binary integrity violation"))
                    .filteredOn(event -> event.contains("binary integrity check failed"))
                    .isNotEmpty();
        }
    }

    @Test
    void what_the_agent_writes_belongs_to_the_directorys_owner() throws Exception {
        Path workdir = Files.createDirectory(directory.resolve("project"));
        Files.writeString(workdir.resolve("before"), "x");
        chown(workdir, 4321);
        chown(workdir.resolve("before"), 4321);
        Files.setPosixFilePermissions(workdir, PosixFilePermissions.fromString("rwx------"));
        Sandboxes.Outcome outcome = sandboxes.run(
                withWorkdir(workdir), "sh", "-c", "id -u; stat -c %u . before; mkdir made; echo hello > made/file");
        long uid = Accounts.ofThisMachine()
                .resolve(Sandboxes.restrictive().process())
                .uid();
        assertThat(outcome).isEqualTo(new Sandboxes.Outcome(0, (uid + "\n").repeat(3), ""));
        assertThat(owner(workdir.resolve("made/file"))).isEqualTo(4321);
        assertThat(owner(workdir.resolve("made"))).isEqualTo(4321);
        assertThat(owner(workdir)).isEqualTo(4321);
        assertThat(Files.getPosixFilePermissions(workdir)).hasSize(3);
        assertThat(Files.readString(workdir.resolve("made/file"))).isEqualTo("hello\n");
    }

    @Test
    void a_workdir_that_is_no_directory_is_refused() throws Exception {
        for (Path wrong :
                List.of(directory.resolve("missing"), Files.createFile(directory.resolve("file")), Path.of("/"))) {
            assertThatThrownBy(() -> sandboxes.run(withWorkdir(wrong), "true"))
                    .isInstanceOf(SandboxException.class)
                    .hasMessageStartingWith("workdir: " + wrong + " (expected: a directory");
        }
    }

    @Test
    void a_workdir_of_roots_is_told() throws Exception {
        Sandboxes own = Sandboxes.open();
        try (own) {
            own.run(withWorkdir(directory), "touch", "made");
        }
        assertThat(owner(directory.resolve("made"))).isZero();
        assertThat(own.events())
                .anyMatch(event -> event.startsWith("FINDING:")
                        && event.contains("[MED]")
                        && event.contains("Working directory belongs to root"));
    }

    @Test
    void an_unknown_driver_is_refused_with_those_that_there_are() {
        SandboxSpec spec = new SandboxSpec(
                "box", Sandboxes.restrictive(), "moon", Optional.empty(), List.of(), Optional.empty(), List.of());
        assertThatThrownBy(() -> sandboxes.run(spec, "true")).hasMessage("driver: moon (expected: one of local)");
    }

    @Test
    void a_hard_requirement_that_cannot_be_met_starts_nothing() throws Exception {
        String policy = """
                version: 1
                filesystem_policy: {read_only: [/no/such/path]}
                landlock: {compatibility: hard_requirement}
                """;
        long before = entries("/proc/self/fd");
        assertThatThrownBy(() -> sandboxes.run(SandboxSpec.local("box", Sandboxes.policy(policy)), "true"))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("/no/such/path")
                .hasMessageContaining("hard_requirement");
        assertThat(entries("/proc/self/fd")).isLessThanOrEqualTo(before + 1);
    }

    @Test
    void ends_a_command_that_runs_out_of_time() throws Exception {
        try (RunningSandbox sandbox = create()) {
            assertThat(timed(sandbox, "sleep 60")).isEqualTo(124);
            assertThat(timed(sandbox, "trap '' TERM; while true; do sleep 1; done"))
                    .isEqualTo(124);
            assertThat(timed(sandbox, "exit 5")).isEqualTo(5);
        }
    }

    @Test
    void runs_commands_at_the_same_time_and_ends_those_that_are_left() throws Exception {
        RunningCommand left;
        try (RunningSandbox sandbox = create()) {
            left = sandbox.start(command("sleep 600", Optional.empty()));
            assertThat(status(sandbox, "true")).isZero();
            left.signal(15);
            assertThat(left.waitFor()).isEqualTo(143);
            left = sandbox.start(command("sleep 601", Optional.empty()));
        }
        assertThat(left.waitFor()).isEqualTo(137);
    }

    @Test
    void leaves_nothing_behind() throws Exception {
        sandboxes.run(SandboxSpec.local("box", Sandboxes.restrictive()), "true");
        String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
        long interfaces = entries("/sys/class/net");
        long descriptors = entries("/proc/self/fd");
        for (int i = 0; i < 5; i++) {
            sandboxes.run(SandboxSpec.local("box", Sandboxes.restrictive()), "sh", "-c", "sleep 100 & true");
        }
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).isEqualTo(mounts);
        assertThat(entries("/sys/class/net")).isEqualTo(interfaces);
        assertThat(entries("/proc/self/fd")).isLessThanOrEqualTo(descriptors + 2);
        long broker = sandboxes.broker().pid();
        assertThat(ProcessHandle.of(broker).orElseThrow().descendants()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"outer", "init"})
    void a_launcher_that_is_killed_takes_its_sandbox_along(String which) throws Exception {
        try (RunningSandbox sandbox = create()) {
            RunningCommand command = sandbox.start(command("sleep 600", Optional.empty()));
            ProcessHandle broker = ProcessHandle.of(sandboxes.broker().pid()).orElseThrow();
            List<ProcessHandle> processes = broker.descendants().toList();
            assertThat(processes).hasSizeGreaterThanOrEqualTo(3);
            ProcessHandle outer = broker.children().findFirst().orElseThrow();
            ProcessHandle init = outer.children().findFirst().orElseThrow();
            (which.equals("outer") ? outer : init).destroyForcibly();
            assertThat(command.waitFor()).isEqualTo(137);
            for (ProcessHandle process : processes) {
                assertThat(process.onExit().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
            }
            assertThatThrownBy(() -> sandbox.start(command("true", Optional.empty())))
                    .isInstanceOf(SandboxException.class)
                    .hasMessageContaining("launcher");
        }
    }

    @Test
    void an_agent_that_is_killed_is_an_exit_status() throws Exception {
        try (RunningSandbox sandbox = create()) {
            RunningCommand command = sandbox.start(command("sleep 600", Optional.empty()));
            command.signal(9);
            assertThat(command.waitFor()).isEqualTo(137);
            assertThat(status(sandbox, "true")).isZero();
        }
    }

    private static RunningSandbox create() throws Exception {
        return sandboxes.supervisor().create(SandboxSpec.local("box", Sandboxes.restrictive()));
    }

    private static SandboxSpec withWorkdir(Path workdir) {
        return new SandboxSpec(
                "box",
                Sandboxes.restrictive(),
                SandboxSpec.LOCAL,
                Optional.empty(),
                List.of(),
                Optional.of(workdir),
                List.of());
    }

    private static Sandboxes.Outcome shell(RunningSandbox sandbox, String script) throws Exception {
        return Sandboxes.run(sandbox, "sh", "-c", script);
    }

    private static int status(RunningSandbox sandbox, String script) throws Exception {
        return shell(sandbox, script).status();
    }

    private static int timed(RunningSandbox sandbox, String script) throws Exception {
        try (RunningCommand command = sandbox.start(command(script, Optional.of(Duration.ofMillis(300))))) {
            return command.waitFor();
        }
    }

    private static CommandSpec command(String script, Optional<Duration> timeout) {
        return new CommandSpec(
                List.of("sh", "-c", script), Map.of(), new Stdio.Captured(System.out, System.err), timeout);
    }

    private static void chown(Path path, int owner) throws IOException {
        Files.setAttribute(path, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", owner, LinkOption.NOFOLLOW_LINKS);
    }

    private static int owner(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    private static long entries(String path) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of(path))) {
            return entries.count();
        }
    }
}
