package io.openshell.core.decide;

/** Whether a request may go on. */
public sealed interface RequestDecision {

    /** The key of the rule that decided. */
    String policyName();

    /** The endpoint that decided, with the place below it if a certain rule did. */
    String ruleId();

    /** How it came about; {@link Trace#NONE} unless explained. */
    Trace trace();

    /** Whether it goes upstream: allowed, or denied and only recorded. */
    default boolean forwards() {
        return this instanceof Allowed || this instanceof Audited;
    }

    /** A rule allows it and none denies it. */
    record Allowed(String policyName, String ruleId, Trace trace) implements RequestDecision {}

    /**
     * The rules deny it, but the endpoint audits: it goes on and is recorded.
     *
     * @param reason one line
     */
    record Audited(String policyName, String ruleId, String reason, Trace trace) implements RequestDecision {}

    /**
     * The rules deny it.
     *
     * @param reason one line, for the client and the event
     */
    record Denied(String policyName, String ruleId, String reason, Trace trace) implements RequestDecision {}

    /**
     * It cannot be judged and is refused, in audit too.
     *
     * @param problem one line, for the client and the event
     */
    record Unreadable(String policyName, String ruleId, String problem, Trace trace) implements RequestDecision {}
}
