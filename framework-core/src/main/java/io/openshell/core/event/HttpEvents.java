package io.openshell.core.event;

import io.openshell.core.event.EventBody.Activity;
import java.time.InstantSource;

/** Makes events of HTTP requests (OCSF 4002) of one sandbox. */
public final class HttpEvents {

    private static final Activity CONNECT = new Activity(1, "Connect");
    private static final Activity DELETE = new Activity(2, "Delete");
    private static final Activity GET = new Activity(3, "Get");
    private static final Activity HEAD = new Activity(4, "Head");
    private static final Activity OPTIONS = new Activity(5, "Options");
    private static final Activity POST = new Activity(6, "Post");
    private static final Activity PUT = new Activity(7, "Put");
    private static final Activity TRACE = new Activity(8, "Trace");
    private static final Activity PATCH = new Activity(9, "Patch");
    private static final Activity OTHER = new Activity(99, "Other");

    private final SandboxInfo sandbox;
    private final InstantSource clock;

    public HttpEvents(SandboxInfo sandbox, InstantSource clock) {
        this.sandbox = sandbox;
        this.clock = clock;
    }

    /** A request was decided, and not (or not yet) answered by an upstream. */
    public SecurityEvent of(HttpFacts request, Action action, Actor actor, Ruling ruling) {
        return of(request, 0, action, actor, ruling);
    }

    /**
     * A request was decided and answered.
     *
     * @param status the status code that the client got; 0 if none is known
     */
    public SecurityEvent of(HttpFacts request, int status, Action action, Actor actor, Ruling ruling) {
        return new SecurityEvent(
                clock.instant(),
                sandbox,
                action.severity(),
                new EventBody.Http(request, status, action, actor, ruling));
    }

    static Activity activityOf(String method) {
        return switch (method) {
            case "CONNECT" -> CONNECT;
            case "DELETE" -> DELETE;
            case "GET" -> GET;
            case "HEAD" -> HEAD;
            case "OPTIONS" -> OPTIONS;
            case "POST" -> POST;
            case "PUT" -> PUT;
            case "TRACE" -> TRACE;
            case "PATCH" -> PATCH;
            default -> OTHER;
        };
    }
}
