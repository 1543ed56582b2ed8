package io.openshell.supervisor.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.supervisor.control.LauncherMessage.Attempt;
import io.openshell.supervisor.control.LauncherMessage.AttemptOutcome;
import io.openshell.supervisor.control.LauncherMessage.Exe;
import io.openshell.supervisor.control.LauncherMessage.Executable;
import io.openshell.supervisor.control.LauncherMessage.Exited;
import io.openshell.supervisor.control.LauncherMessage.Failed;
import io.openshell.supervisor.control.LauncherMessage.Hello;
import io.openshell.supervisor.control.LauncherMessage.Identity;
import io.openshell.supervisor.control.LauncherMessage.Ready;
import io.openshell.supervisor.control.LauncherMessage.Resolved;
import io.openshell.supervisor.control.LauncherMessage.SearchStatus;
import io.openshell.supervisor.control.LauncherMessage.SpawnFailed;
import io.openshell.supervisor.control.LauncherMessage.Started;
import io.openshell.supervisor.control.SupervisorMessage.Landlock;
import io.openshell.supervisor.control.SupervisorMessage.Launch;
import io.openshell.supervisor.control.SupervisorMessage.Peer;
import io.openshell.supervisor.control.SupervisorMessage.WindowSize;
import io.openshell.supervisor.libc.NativeDescriptor;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LauncherConnectionTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Peer AGENT = new Peer(new byte[] {10, 0, 0, 2}, 4000);
    private static final Peer PROXY = new Peer(new byte[] {10, 0, 0, 1}, 3128);
    private static final Launch SPEC = new Launch(
            "box",
            false,
            1,
            1,
            "sandbox",
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Landlock.OFF,
            false,
            false,
            List.of());

    private static final LauncherMessage.Bypass BYPASS = new LauncherMessage.Bypass(
            9,
            1,
            new Executable("/bin/x", false, 1, 2, 3, 4, 5),
            new InetSocketAddress("8.8.8.8", 53),
            "udp",
            0,
            List.of());

    private ScriptedLauncher launcher;
    private LauncherConnection connection;

    @BeforeEach
    void connect() throws Exception {
        launcher = ScriptedLauncher.connected();
        connection = launcher.connection();
    }

    @AfterEach
    void close() {
        launcher.close();
        connection.close();
    }

    @Test
    void goes_from_hello_to_a_command_that_ended() throws Exception {
        launcher.say(new Hello(1, 7, "6.1"));
        assertThat(connection.hello(SOON).landlockAbi()).isEqualTo(7);

        CompletableFuture<Ready> ready =
                CompletableFuture.supplyAsync(() -> unchecked(() -> connection.launch(SPEC, SOON)));
        assertThat(launcher.hear()).isEqualTo(SPEC);
        sayReady();
        ready.get(20, TimeUnit.SECONDS).listener().close();

        CompletableFuture<SpawnedCommand> command = spawn(List.of(0, 1, 2));
        SupervisorMessage.Spawn spawn = (SupervisorMessage.Spawn) launcher.hear();
        assertThat(spawn.arguments()).containsExactly("true");
        assertThat(spawn.stdio()).hasSize(3);
        assertThat(spawn.terminal()).isFalse();
        launcher.say(new Started(spawn.spawn(), 2, null, List.of()));
        SpawnedCommand started = command.get(20, TimeUnit.SECONDS);
        assertThat(started.startedMessage().pid()).isEqualTo(2);
        launcher.say(new Exited(spawn.spawn(), 3, 0, OptionalLong.empty(), false));
        assertThat(started.exited().get(20, TimeUnit.SECONDS).exitCode()).isEqualTo(3);

        connection.shutdown();
        assertThat(launcher.hear()).isInstanceOf(SupervisorMessage.Shutdown.class);
    }

    @Test
    void says_what_the_launcher_says_when_it_cannot_build_the_sandbox() throws Exception {
        launcher.say(new Hello(1, 7, "6.1"));
        launcher.say(new Failed("mount", "/nope", 2, "make the directory"));
        assertThatThrownBy(() -> connection.launch(SPEC, SOON))
                .isInstanceOf(LaunchRefusedException.class)
                .hasMessage("mount: /nope: No such file or directory (make the directory)");
    }

    @Test
    void says_what_failed_when_a_command_does_not_start() throws Exception {
        CompletableFuture<SpawnedCommand> command = spawn(List.of());
        SupervisorMessage.Spawn spawn = (SupervisorMessage.Spawn) launcher.hear();
        assertThat(spawn.terminal()).isTrue();
        launcher.say(new SpawnFailed(spawn.spawn(), "exec", "/nope", 2));
        assertThatThrownBy(() -> command.get(20, TimeUnit.SECONDS))
                .rootCause()
                .isInstanceOfSatisfying(LaunchRefusedException.class, refused -> {
                    assertThat(refused.step()).isEqualTo("exec");
                    assertThat(refused.errno()).isEqualTo(2);
                });
    }

    @Test
    void refuses_a_launcher_of_another_protocol_version() throws Exception {
        launcher.say(new Hello(2, 7, "6.1"));
        assertThatThrownBy(() -> connection.hello(SOON)).hasMessageContaining("protocol 2 (expected: 1");
    }

    @Test
    void gives_each_answer_to_its_question() throws Exception {
        CompletableFuture<Identity> identity = connection.identify(AGENT, PROXY, SOON);
        CompletableFuture<Resolved> resolved = connection.resolve(List.of("/bin/sh"), SOON);
        int first = ((SupervisorMessage.Identify) launcher.hear()).query();
        int second = ((SupervisorMessage.Resolve) launcher.hear()).query();
        launcher.say(new Resolved(second, List.of()));
        launcher.say(new Identity(first, SearchStatus.NO_SOCKET, "", 0, 0, List.of()));
        assertThat(identity.get(20, TimeUnit.SECONDS).status()).isEqualTo(SearchStatus.NO_SOCKET);
        assertThat(resolved.get(20, TimeUnit.SECONDS).paths()).isEmpty();
    }

    @Test
    void gives_up_a_question_in_time_and_closes_what_comes_late() throws Exception {
        CompletableFuture<Exe> answer = connection.openExecutable(7, 1, Duration.ofMillis(20));
        int query = ((SupervisorMessage.OpenExe) launcher.hear()).query();
        assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TimeoutException.class);
        try (NativeDescriptor some = NativeDescriptor.openNull()) {
            long before = openDescriptors();
            launcher.say(new Exe(query, some, new Executable("/x", false, 1, 1, 1, 1, 1), 0));
            CompletableFuture<Identity> following = connection.identify(AGENT, PROXY, SOON);
            int next = ((SupervisorMessage.Identify) launcher.hear()).query();
            launcher.say(new Identity(next, SearchStatus.NO_OWNER, "", 0, 0, List.of()));
            assertThat(following.get(20, TimeUnit.SECONDS).status()).isEqualTo(SearchStatus.NO_OWNER);
            assertThat(connection.gone()).isNotDone();
            assertThat(openDescriptors()).isEqualTo(before);
        }
    }

    @Test
    void fails_everything_that_waits_when_the_launcher_goes() throws Exception {
        CompletableFuture<Identity> identity = connection.identify(AGENT, PROXY, SOON);
        CompletableFuture<SpawnedCommand> command = spawn(List.of(0, 1, 2));
        launcher.hear();
        SupervisorMessage.Spawn spawn = (SupervisorMessage.Spawn) launcher.hear();
        launcher.say(new Started(spawn.spawn(), 2, null, List.of()));
        SpawnedCommand started = command.get(20, TimeUnit.SECONDS);
        launcher.close();

        assertThatThrownBy(() -> identity.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(LauncherGoneException.class);
        assertThatThrownBy(() -> started.exited().get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(LauncherGoneException.class);
        assertThat(connection.gone().get(20, TimeUnit.SECONDS)).hasMessageContaining("launcher: ended");
        assertThatThrownBy(() -> connection.resolve(List.of("/x"), SOON).get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(LauncherGoneException.class);
        connection.shutdown();
    }

    @Test
    void ends_the_conversation_at_a_message_out_of_order() throws Exception {
        launcher.say(new Hello(1, 7, "6.1"));
        launcher.say(new Hello(1, 7, "6.1"));
        assertBroken("Hello");
    }

    @Test
    void ends_the_conversation_at_ready_before_launch() throws Exception {
        launcher.say(new Hello(1, 7, "6.1"));
        sayReady();
        assertBroken("Ready");
    }

    @Test
    void tells_the_listener_of_a_connection_around_the_proxy() throws Exception {
        CompletableFuture<LauncherMessage.Bypass> told = new CompletableFuture<>();
        connection.onBypass(told::complete);
        launcher.say(new Hello(1, 7, "6.1"));
        CompletableFuture<Ready> ready =
                CompletableFuture.supplyAsync(() -> unchecked(() -> connection.launch(SPEC, SOON)));
        launcher.hear();
        sayReady();
        launcher.say(BYPASS);
        assertThat(told.get(20, TimeUnit.SECONDS)).isEqualTo(BYPASS);
        ready.get(20, TimeUnit.SECONDS).listener().close();
    }

    @Test
    void ends_the_conversation_at_a_connection_around_the_proxy_before_the_sandbox_stands() throws Exception {
        launcher.say(new Hello(1, 7, "6.1"));
        launcher.say(BYPASS);
        assertBroken("Bypass");
    }

    @Test
    void ends_the_conversation_at_an_answer_that_nobody_asked_for() throws Exception {
        launcher.say(new Resolved(99, List.of()));
        assertBroken("Resolved");
    }

    @Test
    void ends_the_conversation_at_an_answer_of_another_kind() throws Exception {
        CompletableFuture<Identity> identity = connection.identify(AGENT, PROXY, SOON);
        int query = ((SupervisorMessage.Identify) launcher.hear()).query();
        launcher.say(new Resolved(query, List.of()));
        assertBroken("Resolved");
        assertThatThrownBy(() -> identity.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(LauncherGoneException.class);
    }

    @Test
    void ends_the_conversation_at_an_exit_of_a_command_that_did_not_start() throws Exception {
        launcher.say(new Exited(1, 0, 0, OptionalLong.empty(), false));
        assertBroken("Exited");
    }

    @Test
    void ends_the_conversation_at_bytes_that_are_no_message() throws Exception {
        launcher.sayBytes(new byte[] {0, 0, 0, 1, 0, 1, 0, 0, 77});
        assertBroken("trailing bytes");
    }

    @Test
    void removes_the_socket_from_the_file_system_once_connected() throws Exception {
        ControlSocket socket = ControlSocket.open();
        Path directory = socket.directory();
        assertThat(Files.getPosixFilePermissions(directory)).hasSize(3);
        try (NativeUnixSocket far = NativeUnixSocket.connect(socket.path());
                LauncherConnection accepted = socket.accept("box", SOON)) {
            assertThat(directory).doesNotExist();
            new FrameChannel(far).write(LauncherMessageCodec.encode(new Hello(1, 0, "x")));
            assertThat(accepted.hello(SOON).landlockAbi()).isZero();
        }
    }

    @Test
    void waiting_for_the_launcher_ends_in_time_or_when_told_to() throws Exception {
        try (ControlSocket socket = ControlSocket.open()) {
            assertThatThrownBy(() -> socket.accept("box", Duration.ofMillis(20)))
                    .hasMessageContaining("did not connect");
            Thread stop = Thread.ofPlatform().start(socket::stopWaiting);
            assertThatThrownBy(() -> socket.accept("box", SOON)).hasMessageContaining("did not connect");
            stop.join();
        }
    }

    @Test
    void sweeps_away_directories_of_dead_processes_only() throws Exception {
        ControlSocket mine = ControlSocket.open();
        Path base = Objects.requireNonNull(mine.directory().getParent());
        String name = mine.directory().getFileName().toString();
        String[] parts = name.split("-");
        Path dead = base.resolve("openshell-" + parts[1] + "-" + parts[2] + "-1-00000000");
        Path elsewhere = base.resolve("openshell-1-" + parts[2] + "-1-00000000");
        try {
            Files.createDirectory(dead);
            Files.createFile(dead.resolve("control"));
            Files.createDirectory(elsewhere);
            ControlSocket.open().close();
            assertThat(dead).doesNotExist();
            assertThat(elsewhere).exists();
            assertThat(mine.path()).exists();
        } finally {
            Files.deleteIfExists(elsewhere);
            mine.close();
        }
        assertThat(mine.directory()).doesNotExist();
    }

    private void assertBroken(String why) throws Exception {
        assertThat(connection.gone().get(20, TimeUnit.SECONDS)).hasMessageContaining(why);
        assertThat(launcher.hearsTheEnd()).isTrue();
    }

    private void sayReady() throws Exception {
        try (NativeDescriptor some = NativeDescriptor.openNull()) {
            List<Attempt> attempts = List.of(new Attempt("mount", "EPERM", "EPERM", AttemptOutcome.AS_EXPECTED));
            launcher.say(new Ready(some, 7, 0, 0, List.of(), List.of(), false, attempts, 4_000, "", "0.1.0"));
        }
    }

    private CompletableFuture<SpawnedCommand> spawn(List<Integer> stdio) {
        SpawnedCommand command = connection.prepare();
        return CompletableFuture.supplyAsync(() -> unchecked(() -> {
            connection.spawn(command, List.of("true"), List.of("A=b"), "/", stdio, WindowSize.UNKNOWN, SOON);
            return command;
        }));
    }

    private static <T> T unchecked(Call<T> call) {
        try {
            return call.run();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static long openDescriptors() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private interface Call<T> {
        T run() throws Exception;
    }
}
