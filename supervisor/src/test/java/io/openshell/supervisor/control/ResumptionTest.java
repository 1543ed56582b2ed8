package io.openshell.supervisor.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.supervisor.control.LauncherConnection.Resumption;
import io.openshell.supervisor.control.LauncherMessage.Attempt;
import io.openshell.supervisor.control.LauncherMessage.AttemptOutcome;
import io.openshell.supervisor.control.LauncherMessage.Exited;
import io.openshell.supervisor.control.LauncherMessage.Hello;
import io.openshell.supervisor.control.LauncherMessage.Ready;
import io.openshell.supervisor.control.LauncherMessage.Refusal;
import io.openshell.supervisor.control.LauncherMessage.Refused;
import io.openshell.supervisor.control.LauncherMessage.Resumed;
import io.openshell.supervisor.control.LauncherMessage.SpawnFailed;
import io.openshell.supervisor.control.LauncherMessage.Started;
import io.openshell.supervisor.control.SupervisorMessage.Keep;
import io.openshell.supervisor.control.SupervisorMessage.Resume;
import io.openshell.supervisor.libc.NativeDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The conversation of a supervisor that comes back. */
final class ResumptionTest {

    private static final Duration SOON = Duration.ofSeconds(20);

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
    void the_state_and_every_command_are_handed_over() throws Exception {
        Resumption resumption = resumed(List.of(1, 4, 7));
        assertThat(resumption.message().state()).isEqualTo(new SecretBytes(new byte[] {1, 2, 3}));
        assertThat(resumption.commands()).containsOnlyKeys(1, 4, 7);

        launcher.say(new Started(1, 11, null, List.of()));
        launcher.say(new Started(4, 12, null, List.of()));
        launcher.say(new Exited(4, 5, 0, OptionalLong.empty(), false));
        launcher.say(new SpawnFailed(7, "exec", "/nope", 2));
        SpawnedCommand running = command(resumption, 1);
        running.awaitStarted(SOON);
        assertThat(running.startedMessage().pid()).isEqualTo(11);
        assertThat(running.exited()).isNotDone();
        assertThat(command(resumption, 4).exited().get(20, TimeUnit.SECONDS).exitCode())
                .isEqualTo(5);
        assertThatThrownBy(() -> command(resumption, 7).awaitStarted(SOON))
                .isInstanceOf(LaunchRefusedException.class)
                .hasMessageContaining("exec: /nope");
    }

    @Test
    void new_commands_get_numbers_that_no_old_one_has() throws Exception {
        resumed(List.of(1, 4));
        assertThat(connection.prepare().number()).isEqualTo(5);
    }

    @Test
    void news_of_a_command_that_was_not_handed_over_ends_the_conversation() throws Exception {
        resumed(List.of(1));
        launcher.say(new Started(2, 11, null, List.of()));
        assertThat(connection.gone().get(20, TimeUnit.SECONDS)).hasMessageContaining("message: Started");
    }

    @Test
    void what_was_not_asked_for_is_not_taken() throws Exception {
        launcher.say(new Hello(1, 7, "6.1"));
        sayResumed(List.of());
        assertThat(connection.gone().get(20, TimeUnit.SECONDS)).hasMessageContaining("message: Resumed");
    }

    @Test
    void the_same_command_twice_is_malformed() throws Exception {
        Resumed twice = new Resumed(ready(), new SecretBytes(new byte[] {1}), List.of(3, 3));
        assertThatThrownBy(() -> LauncherMessageCodec.decode(LauncherMessageCodec.encode(twice)))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("each spawn once");
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void a_refusal_says_why_before_and_after_hello(Refusal why) throws Exception {
        launcher.say(new Refused(why, "so", 4711));
        assertThatThrownBy(() -> connection.hello(SOON)).isInstanceOfSatisfying(ResumeRefusedException.class, e -> {
            assertThat(e.why()).isEqualTo(why);
            assertThat(e.supervisor()).isEqualTo(4711);
            assertThat(e).hasMessageStartingWith("test: ").hasMessageContaining("(expected: ");
        });
        try (ScriptedLauncher other = ScriptedLauncher.connected()) {
            other.say(new Hello(1, 7, "6.1"));
            other.connection().hello(SOON);
            CompletableFuture<Resumption> resuming =
                    inBackground(() -> other.connection().resume(SOON));
            assertThat(other.hear()).isInstanceOf(Resume.class);
            other.say(new Refused(why, "so", 4711));
            assertThat(resuming)
                    .failsWithin(SOON)
                    .withThrowableThat()
                    .withRootCauseInstanceOf(ResumeRefusedException.class);
        }
    }

    @Test
    void another_version_is_said_to_be_another_release() throws Exception {
        launcher.say(new Hello(2, 7, "6.1"));
        assertThatThrownBy(() -> connection.hello(SOON)).hasMessageContaining("different releases");
    }

    @Test
    void a_state_is_sent_with_the_process_that_sends_it() throws Exception {
        connection.keep(new SecretBytes(new byte[] {7}));
        assertThat(launcher.hear()).isEqualTo(new Keep(ProcessHandle.current().pid(), new SecretBytes(new byte[] {7})));
    }

    private Resumption resumed(List<Integer> spawns) throws Exception {
        launcher.say(new Hello(1, 7, "6.1"));
        connection.hello(SOON);
        CompletableFuture<Resumption> resuming = inBackground(() -> connection.resume(SOON));
        assertThat(launcher.hear())
                .isInstanceOfSatisfying(
                        Resume.class, resume -> assertThat(resume.version()).isEqualTo(1));
        sayResumed(spawns);
        Resumption resumption = resuming.get(20, TimeUnit.SECONDS);
        resumption.message().ready().listener().close();
        return resumption;
    }

    private void sayResumed(List<Integer> spawns) throws Exception {
        Ready ready = ready();
        launcher.say(new Resumed(ready, new SecretBytes(new byte[] {1, 2, 3}), spawns));
        ready.listener().close();
    }

    private static SpawnedCommand command(Resumption resumption, int number) {
        return Objects.requireNonNull(resumption.commands().get(number));
    }

    private static Ready ready() throws Exception {
        return new Ready(
                NativeDescriptor.openNull(),
                7,
                0,
                0,
                List.of(),
                List.of(),
                false,
                List.of(new Attempt("write", "EROFS", "EROFS", AttemptOutcome.AS_EXPECTED)),
                1,
                "",
                "0.1.0");
    }

    private static <T> CompletableFuture<T> inBackground(Callable<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                result.complete(call.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
