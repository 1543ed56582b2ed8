package io.openshell.core.decide;

/** Whether a connection may be made, before its host is resolved and its bytes are read. */
public sealed interface ConnectionDecision {

    /** How it came about; {@link Trace#NONE} unless explained. */
    Trace trace();

    /**
     * It may.
     *
     * @param policyName the smallest key of the rules that allow it
     * @param ruleId the endpoint of that rule, as in {@code network_policies.github.endpoints[0]}
     * @param endpoints what decides on the connection's requests or bytes
     */
    record Allowed(String policyName, String ruleId, EndpointSet endpoints, Trace trace)
            implements ConnectionDecision {}

    /**
     * It may not.
     *
     * @param reason one line, for the client and the event
     */
    record Denied(String reason, Trace trace) implements ConnectionDecision {}
}
