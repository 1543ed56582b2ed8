package io.openshell.core.event;

import io.openshell.core.event.EventBody.Activity;
import java.time.InstantSource;

/**
 * Makes events of processes (OCSF 1007) of one sandbox. A command is shown as its program alone: arguments hold tokens
 * and queries too often.
 */
public final class ProcessEvents {

    private static final Activity LAUNCH = new Activity(1, "Launch");
    private static final Activity TERMINATE = new Activity(2, "Terminate");

    private final SandboxInfo sandbox;
    private final InstantSource clock;

    public ProcessEvents(SandboxInfo sandbox, InstantSource clock) {
        this.sandbox = sandbox;
        this.clock = clock;
    }

    /**
     * A process was started.
     *
     * @param name what the process is for, as in {@code agent}
     * @param program the program, without arguments
     */
    public SecurityEvent launched(String name, long pid, String program) {
        return event(Severity.INFORMATIONAL, new EventBody.ProcessActivity(LAUNCH, name, pid, null, program, ""));
    }

    /** A process could not be started. */
    public SecurityEvent launchFailed(String name, String program, String reason) {
        return event(Severity.MEDIUM, new EventBody.ProcessActivity(LAUNCH, name, 0, null, program, reason));
    }

    /**
     * A process ended.
     *
     * @param exitCode its exit status; 128 and the number if a signal ended it
     */
    public SecurityEvent exited(String name, long pid, int exitCode) {
        return event(Severity.INFORMATIONAL, new EventBody.ProcessActivity(TERMINATE, name, pid, exitCode, "", ""));
    }

    /**
     * A process ran out of its time and is being ended.
     *
     * @param seconds how long it could run
     */
    public SecurityEvent timedOut(String name, long pid, long seconds) {
        return event(
                Severity.CRITICAL,
                new EventBody.ProcessActivity(TERMINATE, name, pid, null, "", "timed out after " + seconds + " s"));
    }

    private SecurityEvent event(Severity severity, EventBody body) {
        return new SecurityEvent(clock.instant(), sandbox, severity, body);
    }
}
