package io.openshell.core.event;

import java.time.InstantSource;
import java.util.List;

/** Makes events of policies and other configuration (OCSF 5019) of one sandbox. */
public final class ConfigEvents {

    private final SandboxInfo sandbox;
    private final InstantSource clock;

    public ConfigEvents(SandboxInfo sandbox, InstantSource clock) {
        this.sandbox = sandbox;
        this.clock = clock;
    }

    /**
     * A policy is in force.
     *
     * @param generation its generation, from 1
     * @param hash its hash
     */
    public SecurityEvent policyLoaded(String message, long generation, String hash) {
        return of(ConfigState.LOADED, message, Fact.of("version", generation), new Fact("hash", hash));
    }

    /** A configuration changed its state. A failure is of medium severity, anything else informational. */
    public SecurityEvent of(ConfigState state, String message, Fact... facts) {
        return of(state == ConfigState.FAILED ? Severity.MEDIUM : Severity.INFORMATIONAL, state, message, facts);
    }

    /** A configuration changed its state, which matters more or less than it usually does. */
    public SecurityEvent of(Severity severity, ConfigState state, String message, Fact... facts) {
        return new SecurityEvent(
                clock.instant(), sandbox, severity, new EventBody.Config(state, message, List.of(facts)));
    }
}
