package io.openshell.core.event;

import java.time.InstantSource;
import java.util.List;

/** Makes findings (OCSF 2004) about one sandbox: attacks, weakened enforcement, lost events. */
public final class FindingEvents {

    private final SandboxInfo sandbox;
    private final InstantSource clock;

    public FindingEvents(SandboxInfo sandbox, InstantSource clock) {
        this.sandbox = sandbox;
        this.clock = clock;
    }

    /**
     * Something was seen, and goes on.
     *
     * @param detail what to know about it, in one line
     */
    public SecurityEvent detected(Severity severity, String title, String detail, Fact... facts) {
        return event(severity, new EventBody.Finding(false, title, detail, true, List.of(facts)));
    }

    /** Something was seen and stopped. */
    public SecurityEvent blocked(Severity severity, String title, String detail, Fact... facts) {
        return event(severity, new EventBody.Finding(true, title, detail, true, List.of(facts)));
    }

    /** Something may have been seen, and goes on. */
    public SecurityEvent suspected(Severity severity, String title, String detail, Fact... facts) {
        return event(severity, new EventBody.Finding(false, title, detail, false, List.of(facts)));
    }

    private SecurityEvent event(Severity severity, EventBody body) {
        return new SecurityEvent(clock.instant(), sandbox, severity, body);
    }
}
