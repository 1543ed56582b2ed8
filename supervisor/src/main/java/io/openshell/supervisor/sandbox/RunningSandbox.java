package io.openshell.supervisor.sandbox;

import io.openshell.core.event.SandboxInfo;
import io.openshell.core.policy.LoadResult;
import io.openshell.supervisor.control.LaunchRefusedException;
import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.control.SpawnedCommand;
import io.openshell.supervisor.control.SupervisorMessage.WindowSize;
import io.openshell.supervisor.libc.Errno;
import io.openshell.supervisor.terminal.NativeTerminal;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A sandbox that stands, with its proxy. Any thread. */
public final class RunningSandbox implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final String EXEC = "exec";

    private static final String NOT_SHOWN = " (expected: a program that the policy shows, with the interpreter and the"
            + " libraries that it needs; list their folders in filesystem_policy.read_only, or / for all of the image)";

    private final SandboxInfo info;
    private final AgentEnvironment environment;
    private final LauncherConnection launcher;
    private final SandboxReport report;
    private final SandboxLog log;
    private final LimitNews limits;
    private final Undo undo;
    private final Optional<SandboxMemory> memory;
    private final PolicyReplacement policies;
    private final Map<String, String> offered;
    private boolean closed;

    RunningSandbox(
            SandboxInfo info,
            AgentEnvironment environment,
            LauncherConnection launcher,
            SandboxReport report,
            SandboxLog log,
            LimitNews limits,
            Undo undo,
            Optional<SandboxMemory> memory,
            PolicyReplacement policies,
            Map<String, String> offered) {
        this.info = info;
        this.environment = environment;
        this.launcher = launcher;
        this.report = report;
        this.log = log;
        this.limits = limits;
        this.undo = undo;
        this.memory = memory;
        this.policies = policies;
        this.offered = Map.copyOf(offered);
    }

    /** Who it is. */
    public SandboxInfo info() {
        return info;
    }

    /** What is in force. */
    public SandboxReport report() {
        return report;
    }

    /** The limits that somebody asked for and that are not in force: a line for each, with why and what to do. */
    public List<String> unmetLimits() {
        return limits.unmet();
    }

    /** The limits that commands have run into, as far as they have ended: a line for each. */
    public List<String> reachedLimits() {
        return limits.reached();
    }

    /**
     * Puts another policy in force, for connections and requests from now on; what is open is decided anew. Refused if it is
     * invalid, or differs in what the kernel enforces, which is fixed when a sandbox starts; then what was in force stays. Events
     * tell what became of it and why. Blocks while its executables' links are followed, and while it is kept for a supervisor that
     * comes back.
     *
     * @return whether it is in force
     */
    public boolean replacePolicy(LoadResult next) throws InterruptedException {
        return policies.replace(next);
    }

    /** Puts on record that a policy was to take over and could not be had. */
    public void policyMissing(String reason) {
        policies.missing(reason);
    }

    /**
     * Runs a command in the agent's working directory. Several may run at the same time.
     *
     * @throws SandboxException with exit code 126 or 127 if the program cannot be executed or found, 125 if it could not
     *     be confined
     */
    public RunningCommand start(CommandSpec spec) throws SandboxException {
        boolean terminal = spec.stdio() instanceof Stdio.OwnTerminal;
        List<String> variables = environment.variables(wanted(spec), terminal ? System.getenv("TERM") : null);
        String program = spec.arguments().getFirst();
        CommandStreams streams = null;
        // Nobody types at a command whose output is captured.
        CommandSignals signals = spec.stdio() instanceof Stdio.Captured ? null : CommandSignals.take();
        try {
            streams = CommandStreams.open(spec.stdio());
            WindowSize size = terminal ? NativeTerminal.size() : WindowSize.UNKNOWN;
            SpawnedCommand command = launcher.prepare();
            if (memory.isPresent()) {
                memory.get().starting(command.number(), program, spec.timeout());
            }
            launcher.spawn(
                    command,
                    spec.arguments(),
                    variables,
                    environment.place().workdir(),
                    streams.numbers(),
                    size,
                    START_LIMIT);
            streams.handedOver();
            return RunningCommand.of(command, TimeLimit.of(spec), program, streams, log, limits, signals);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close(signals, streams);
            throw new SandboxException("command: interrupted", e);
        } catch (IOException | IllegalArgumentException e) {
            close(signals, streams);
            log.launchFailed(program, String.valueOf(e.getMessage()));
            throw failure(program, e, environment.place().isContainer());
        }
    }

    /** What the sandbox's services offer stands unless the user wants the same name, or a credential has it. */
    private Map<String, String> wanted(CommandSpec spec) {
        Map<String, String> wanted = new HashMap<>(offered);
        wanted.keySet().removeAll(environment.credentials().placeholders().keySet());
        wanted.putAll(spec.environment());
        return wanted;
    }

    /** Ends every process, stops the proxy and removes the sandbox; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        undo.run(null);
        log.stopped();
    }

    private static void close(@Nullable CommandSignals signals, @Nullable CommandStreams streams) {
        if (signals != null) {
            signals.close();
        }
        if (streams != null) {
            streams.close();
        }
    }

    private static SandboxException failure(String program, Exception e, boolean contained) {
        if (!(e instanceof LaunchRefusedException refused) || !refused.step().equals(EXEC)) {
            return new SandboxException("command: " + e.getMessage(), e);
        }
        boolean missing = refused.errno() == Errno.ENOENT || refused.errno() == Errno.ENOTDIR;
        String why = Errno.text(refused.errno()) + (contained && refused.errno() == Errno.EACCES ? NOT_SHOWN : "");
        return new SandboxException(
                missing ? SandboxException.NOT_FOUND : SandboxException.NOT_EXECUTABLE, program + ": " + why, e);
    }
}
