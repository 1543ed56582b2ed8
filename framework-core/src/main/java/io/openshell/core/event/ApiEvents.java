package io.openshell.core.event;

import io.openshell.core.event.EventBody.Activity;
import java.time.InstantSource;
import java.util.List;

/** Makes events of calls of services (OCSF 6003) of one sandbox. */
public final class ApiEvents {

    private static final Activity CREATE = new Activity(1, "Create");
    private static final Activity READ = new Activity(2, "Read");

    private final SandboxInfo sandbox;
    private final InstantSource clock;

    public ApiEvents(SandboxInfo sandbox, InstantSource clock) {
        this.sandbox = sandbox;
        this.clock = clock;
    }

    /**
     * A call was answered.
     *
     * @param status of the answer
     * @param facts times and counts
     */
    public SecurityEvent answered(ApiCall call, int status, List<Fact> facts) {
        return event(Severity.INFORMATIONAL, new EventBody.Api(call, status, "", List.copyOf(facts)));
    }

    /**
     * A call was not answered, or not to its end.
     *
     * @param status of the answer as far as it came; 0 if none did
     * @param reason why, in one line; nothing of the service's own words
     */
    public SecurityEvent failed(ApiCall call, int status, String reason, List<Fact> facts) {
        return event(Severity.LOW, new EventBody.Api(call, status, reason, List.copyOf(facts)));
    }

    static Activity activityOf(String method) {
        return method.equals("GET") ? READ : CREATE;
    }

    private SecurityEvent event(Severity severity, EventBody.Api body) {
        return new SecurityEvent(clock.instant(), sandbox, severity, body);
    }
}
