package io.openshell.core.event;

import io.openshell.api.log.ExportedEvent;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One security event. Immutable; any thread. Made by {@link NetworkEvents}, {@link HttpEvents}, {@link ApiEvents}, {@link ProcessEvents},
 * {@link FindingEvents}, {@link ConfigEvents} and {@link LifecycleEvents}. Costs nothing to make; what it looks like is
 * worked out when it is first asked for, and kept.
 */
public final class SecurityEvent implements ExportedEvent {

    private final Instant time;
    private final SandboxInfo sandbox;
    private final Severity severity;
    private final EventBody body;
    // Several threads may work the same text out; they come to the same one.
    private @Nullable String json;
    private @Nullable String shorthand;

    SecurityEvent(Instant time, SandboxInfo sandbox, Severity severity, EventBody body) {
        this.time = time;
        this.sandbox = sandbox;
        this.severity = severity;
        this.body = body;
    }

    @Override
    public Instant time() {
        return time;
    }

    /** Whose event it is. */
    public SandboxInfo sandbox() {
        return sandbox;
    }

    @Override
    public int classUid() {
        return body.eventClass().uid();
    }

    @Override
    public int severity() {
        return severity.id();
    }

    @Override
    public String json() {
        String text = json;
        if (text == null) {
            text = OcsfJson.write(this);
            json = text;
        }
        return text;
    }

    @Override
    public String shorthand() {
        String text = shorthand;
        if (text == null) {
            text = Shorthand.write(this);
            shorthand = text;
        }
        return text;
    }

    /** Whether a connection, request or message came to nothing: it was refused, or could not be carried out. */
    public boolean cameToNothing() {
        return body.traffic() && !body.success();
    }

    /** The connection around the proxy that it is about, if it is about one. */
    public Optional<BypassAttempt> bypass() {
        return body instanceof EventBody.Network network
                ? Optional.ofNullable(network.extra().bypass())
                : Optional.empty();
    }

    /** The short notation. */
    @Override
    public String toString() {
        return shorthand();
    }

    Severity severityLevel() {
        return severity;
    }

    EventBody body() {
        return body;
    }
}
