package io.openshell.core.decide;

import io.openshell.api.inspect.UpgradeVerdict;
import io.openshell.core.network.CompiledEndpoint;

/** Whether a request may change the protocol of its connection. */
public sealed interface UpgradeDecision {

    /**
     * It may not, in audit neither, for what would follow is not read.
     *
     * @param decision denied or unreadable
     */
    record Refused(RequestDecision decision) implements UpgradeDecision {}

    /**
     * It may, and what follows is not read.
     *
     * @param endpoint the endpoint that allows it
     */
    record Unread(String policyName, String ruleId, CompiledEndpoint endpoint, Trace trace)
            implements UpgradeDecision {}

    /**
     * It may, and a stream inspector reads what follows.
     *
     * @param endpoint the endpoint whose rules and enforcement the stream has
     */
    record Inspected(
            String policyName, String ruleId, CompiledEndpoint endpoint, UpgradeVerdict.Inspected verdict, Trace trace)
            implements UpgradeDecision {}
}
