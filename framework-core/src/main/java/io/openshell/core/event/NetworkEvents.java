package io.openshell.core.event;

import io.openshell.core.event.EventBody.Activity;
import io.openshell.core.event.EventBody.NetworkExtra;
import java.time.InstantSource;

/** Makes events of connections (OCSF 4001) of one sandbox. */
public final class NetworkEvents {

    static final Activity OPEN = new Activity(1, "Open");
    static final Activity CLOSE = new Activity(2, "Close");
    static final Activity FAIL = new Activity(4, "Fail");
    static final Activity REFUSE = new Activity(5, "Refuse");
    static final Activity TRAFFIC = new Activity(6, "Traffic");
    static final Activity LISTEN = new Activity(7, "Listen");

    private final SandboxInfo sandbox;
    private final InstantSource clock;

    public NetworkEvents(SandboxInfo sandbox, InstantSource clock) {
        this.sandbox = sandbox;
        this.clock = clock;
    }

    /** A connection was allowed. */
    public SecurityEvent allowed(Destination destination, Actor actor, Ruling ruling) {
        return opened(Action.ALLOWED, destination, actor, ruling);
    }

    /** A connection was refused; {@link Ruling#reason()} says why. */
    public SecurityEvent denied(Destination destination, Actor actor, Ruling ruling) {
        return opened(Action.DENIED, destination, actor, ruling);
    }

    /**
     * A message inside an allowed connection was judged.
     *
     * @param protocol the endpoint's protocol
     * @param subject what was judged, in one short word, as in {@code GET}; never an argument or a payload
     */
    public SecurityEvent judged(
            Destination destination, Actor actor, String protocol, String subject, Action action, Ruling ruling) {
        NetworkExtra extra = new NetworkExtra("message judged", protocol, subject, -1, -1, null);
        return event(action.severity(), new EventBody.Network(TRAFFIC, action, destination, actor, ruling, extra));
    }

    /** An allowed connection could not be made, or broke. */
    public SecurityEvent failed(Destination destination, Actor actor, String reason) {
        return event(
                Severity.LOW,
                new EventBody.Network(FAIL, null, destination, actor, null, NetworkExtra.message(reason)));
    }

    /**
     * A connection ended.
     *
     * @param bytesOut bytes sent to the destination
     * @param bytesIn bytes received from it
     */
    public SecurityEvent closed(Destination destination, Actor actor, Ruling ruling, long bytesOut, long bytesIn) {
        NetworkExtra extra = new NetworkExtra("connection closed", "", "", bytesOut, bytesIn, null);
        return event(Severity.INFORMATIONAL, new EventBody.Network(CLOSE, null, destination, actor, ruling, extra));
    }

    /** The sandbox's network refused a connection around the proxy. */
    public SecurityEvent bypassed(BypassAttempt attempt) {
        return event(
                Action.DENIED.severity(),
                new EventBody.Network(
                        REFUSE,
                        Action.DENIED,
                        attempt.destination(),
                        attempt.actor(),
                        BypassAttempt.RULING,
                        NetworkExtra.bypass(attempt)));
    }

    /** The proxy listens at an address. */
    public SecurityEvent listening(Destination address) {
        NetworkExtra extra = NetworkExtra.message("proxy listens");
        return event(Severity.INFORMATIONAL, new EventBody.Network(LISTEN, null, address, Actor.UNKNOWN, null, extra));
    }

    private SecurityEvent opened(Action action, Destination destination, Actor actor, Ruling ruling) {
        NetworkExtra extra = NetworkExtra.message(action == Action.DENIED ? "connection denied" : "connection allowed");
        return event(action.severity(), new EventBody.Network(OPEN, action, destination, actor, ruling, extra));
    }

    private SecurityEvent event(Severity severity, EventBody body) {
        return new SecurityEvent(clock.instant(), sandbox, severity, body);
    }
}
