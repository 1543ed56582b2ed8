package io.openshell.core.event;

import io.openshell.core.event.EventBody.Activity;
import java.time.InstantSource;
import java.util.List;

/** Makes events of the start and end of OpenShell's own parts (OCSF 6002) for one sandbox. */
public final class LifecycleEvents {

    private static final Activity START = new Activity(3, "Start");
    private static final Activity STOP = new Activity(4, "Stop");
    private static final Activity OTHER = new Activity(99, "Other");

    private final SandboxInfo sandbox;
    private final InstantSource clock;

    public LifecycleEvents(SandboxInfo sandbox, InstantSource clock) {
        this.sandbox = sandbox;
        this.clock = clock;
    }

    /**
     * A part runs.
     *
     * @param app the part, as in {@code openshell-supervisor}
     */
    public SecurityEvent started(String app, Fact... facts) {
        return event(Severity.INFORMATIONAL, new EventBody.Lifecycle(START, app, "", List.of(facts)));
    }

    /** A part could not start. */
    public SecurityEvent startFailed(String app, String reason, Fact... facts) {
        return event(Severity.HIGH, new EventBody.Lifecycle(START, app, reason, List.of(facts)));
    }

    /** A part ended as it should. */
    public SecurityEvent stopped(String app, Fact... facts) {
        return event(Severity.INFORMATIONAL, new EventBody.Lifecycle(STOP, app, "", List.of(facts)));
    }

    /** A part ended as it should not. */
    public SecurityEvent died(String app, String reason, Fact... facts) {
        return event(Severity.HIGH, new EventBody.Lifecycle(STOP, app, reason, List.of(facts)));
    }

    /** Something else became of a part, such as a sandbox that is ready. */
    public SecurityEvent reached(String app, Fact... facts) {
        return event(Severity.INFORMATIONAL, new EventBody.Lifecycle(OTHER, app, "", List.of(facts)));
    }

    private SecurityEvent event(Severity severity, EventBody body) {
        return new SecurityEvent(clock.instant(), sandbox, severity, body);
    }
}
