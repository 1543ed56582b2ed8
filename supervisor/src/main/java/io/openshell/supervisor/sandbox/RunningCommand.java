package io.openshell.supervisor.sandbox;

import io.openshell.supervisor.control.LauncherMessage.Exited;
import io.openshell.supervisor.control.LauncherMessage.Step;
import io.openshell.supervisor.control.SpawnedCommand;
import io.openshell.supervisor.control.SupervisorMessage.WindowSize;
import io.openshell.supervisor.terminal.NativeTerminal;
import io.openshell.supervisor.terminal.Signals;
import io.openshell.supervisor.terminal.TerminalBridge;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A command that runs in a sandbox. Any thread may signal and resize; one waits. */
public final class RunningCommand implements AutoCloseable {

    /** What a command that ran out of time ends with. */
    public static final int TIMED_OUT = 124;

    private static final Duration GRACE = Duration.ofMillis(100);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

    private final SpawnedCommand command;
    private final Optional<TimeLimit> limit;
    private final CommandStreams streams;
    private final SandboxLog log;
    private final LimitNews limits;
    private final @Nullable TerminalBridge terminal;
    private final @Nullable CommandSignals signals;
    private volatile boolean lost;
    private volatile OptionalLong memoryKills = OptionalLong.empty();

    private RunningCommand(
            SpawnedCommand command,
            Optional<TimeLimit> limit,
            CommandStreams streams,
            SandboxLog log,
            LimitNews limits,
            @Nullable CommandSignals signals,
            @Nullable TerminalBridge terminal) {
        this.command = command;
        this.limit = limit;
        this.streams = streams;
        this.log = log;
        this.limits = limits;
        this.signals = signals;
        this.terminal = terminal;
    }

    /** @param command a started one, whose terminal is taken over */
    static RunningCommand of(
            SpawnedCommand command,
            Optional<TimeLimit> limit,
            String program,
            CommandStreams streams,
            SandboxLog log,
            LimitNews limits,
            @Nullable CommandSignals signals)
            throws IOException {
        TerminalBridge terminal = bridge(command);
        log.launched(command.startedMessage().pid(), program);
        if (signals != null) {
            signals.handTo(command);
        }
        return new RunningCommand(command, limit, streams, log, limits, signals, terminal);
    }

    /**
     * One that another supervisor has started. It has the descriptors that it was started with; a terminal is joined to
     * this process's, and drawn again.
     */
    static RunningCommand resumed(
            SpawnedCommand command, Optional<TimeLimit> limit, SandboxLog log, LimitNews limits, CommandSignals signals)
            throws IOException {
        TerminalBridge terminal = bridge(command);
        signals.handTo(command);
        if (terminal != null) {
            command.resize(NativeTerminal.size());
            // The size may be what it was; programs draw their screens again on the signal.
            command.signal(Signals.WINCH);
        }
        return new RunningCommand(command, limit, CommandStreams.none(), log, limits, signals, terminal);
    }

    private static @Nullable TerminalBridge bridge(SpawnedCommand command) throws IOException {
        var master = command.startedMessage().terminal();
        return master == null ? null : TerminalBridge.open(master);
    }

    /** Its process id, as the sandbox counts. */
    public long pid() {
        return command.startedMessage().pid();
    }

    /** How it was confined before it was executed, in order, each step verified. */
    public List<Step> steps() {
        return command.startedMessage().steps();
    }

    /**
     * Waits until it has ended and its output has been carried.
     *
     * @return its exit status; 128 and the number of the signal that ended it; 124 if it ran out of time
     */
    public int waitFor() throws InterruptedException {
        int status = awaitStatus();
        streams.awaitLastOutput();
        if (terminal != null) {
            terminal.awaitLastOutput();
        }
        limits.look(memoryKills);
        log.exited(pid(), status);
        return status;
    }

    /** Whether it ended because its sandbox did, which nobody here had ended. Known when it is no longer waited for. */
    public boolean isLost() {
        return lost;
    }

    /** Sends a signal to its process group. Nothing happens if it has ended. */
    public void signal(int number) throws IOException {
        command.signal(number);
    }

    /** Tells its terminal the size. */
    public void resize(int rows, int columns) throws IOException {
        command.resize(new WindowSize(rows, columns));
    }

    /** Gives terminal and signals back. The command goes on until its sandbox is closed. */
    @Override
    public void close() {
        if (signals != null) {
            signals.close();
        }
        if (terminal != null) {
            terminal.close();
        }
        streams.close();
    }

    private int awaitStatus() throws InterruptedException {
        Optional<Integer> status = limit.isPresent() ? awaitExit(limit.get().left()) : Optional.of(awaitExit());
        if (status.isPresent()) {
            return status.get();
        }
        log.timedOut(pid(), limit.map(TimeLimit::total).orElse(Duration.ZERO).toSeconds());
        tell(Signals.TERM);
        if (awaitExit(GRACE).isEmpty()) {
            tell(Signals.KILL);
            awaitExit(KILL_LIMIT);
        }
        return TIMED_OUT;
    }

    private int awaitExit() throws InterruptedException {
        try {
            return status(command.exited().get());
        } catch (ExecutionException e) {
            return gone(e);
        }
    }

    private Optional<Integer> awaitExit(Duration atMost) throws InterruptedException {
        try {
            return Optional.of(status(command.exited().get(atMost.toMillis(), TimeUnit.MILLISECONDS)));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.of(gone(e));
        }
    }

    /** When the launcher is gone, the kernel has killed everything that was in its sandbox. */
    private int gone(ExecutionException e) {
        lost = true;
        log.died(String.valueOf(
                e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        return Signals.status(Signals.KILL);
    }

    private int status(Exited exited) {
        memoryKills = exited.memoryKills();
        if (exited.sandboxAskedToEnd()) {
            lost = true;
            log.died("launcher: asked to end (expected: by its supervisor)");
        }
        return exited.signal() == 0 ? exited.exitCode() : Signals.status(exited.signal());
    }

    private void tell(int number) {
        try {
            command.signal(number);
        } catch (IOException e) {
            // The launcher is gone, and with it the command.
            return;
        }
    }
}
