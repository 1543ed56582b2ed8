package io.openshell.core.decide;

import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.Request;
import io.openshell.core.network.CompiledEndpoint;
import io.openshell.core.network.NetworkIndex;
import io.openshell.core.policy.Policy;
import java.util.List;
import java.util.Optional;

/**
 * The decisions on connections, requests and upgrades. Pure: the same policy and facts give the same decision, on
 * any thread. What {@code explain} says is what enforcement decides, with the trace kept.
 */
public final class Decisions {

    private Decisions() {}

    /** Whether a connection may be made. */
    public static ConnectionDecision connection(NetworkIndex network, ConnectionFacts facts) {
        return new ConnectionDecider(network, facts, Tracer.OFF).decide();
    }

    /** Whether a connection may be made. */
    public static ConnectionDecision connection(Policy policy, ConnectionFacts facts) {
        return connection(policy.network(), facts);
    }

    /** {@link #connection} with its trace. */
    public static ConnectionDecision explain(Policy policy, ConnectionFacts facts) {
        return explain(policy.network(), facts);
    }

    /** {@link #connection} with its trace. */
    public static ConnectionDecision explain(NetworkIndex network, ConnectionFacts facts) {
        return new ConnectionDecider(network, facts, Tracer.on()).decide();
    }

    /**
     * Whether a request may go on. Its body must be there if {@link #bodyNeed} asked for it.
     *
     * @param endpoints of the connection's decision
     */
    public static RequestDecision request(EndpointSet endpoints, Request request) {
        return new RequestDecider(endpoints, request, Tracer.OFF).decide();
    }

    /** {@link #request} with its trace. */
    public static RequestDecision explain(EndpointSet endpoints, Request request) {
        return new RequestDecider(endpoints, request, Tracer.on()).decide();
    }

    /** Whether a request may change the connection's protocol; it is not asked for by {@link #request} as well. */
    public static UpgradeDecision upgrade(EndpointSet endpoints, Request request) {
        return new RequestDecider(endpoints, request, Tracer.OFF).decideUpgrade();
    }

    /** {@link #upgrade} with its trace. */
    public static UpgradeDecision explainUpgrade(EndpointSet endpoints, Request request) {
        return new RequestDecider(endpoints, request, Tracer.on()).decideUpgrade();
    }

    /**
     * How much of a request's body the decision needs: that of the endpoints which read its path. Where several
     * differ, the smallest limit, since what one cannot read none may allow.
     */
    public static BodyNeed bodyNeed(EndpointSet endpoints, Request head) {
        CompiledEndpoint narrowest = RequestDecider.narrowest(endpoints, head.path());
        if (narrowest == null || endpoints.kind() != EndpointSet.Kind.REQUESTS) {
            return BodyNeed.NONE;
        }
        BodyNeed need = BodyNeed.NONE;
        List<CompiledEndpoint> inspecting = endpoints.inspecting();
        for (int i = 0; i < inspecting.size(); i++) {
            CompiledEndpoint candidate = inspecting.get(i);
            if (EndpointSet.protocol(candidate).equals(EndpointSet.protocol(narrowest))
                    && candidate.endpoint().path().matches(head.path())) {
                need = larger(need, InspectorCalls.bodyNeed(EndpointSet.requestInspector(candidate), head));
            }
        }
        return need;
    }

    private static BodyNeed larger(BodyNeed one, BodyNeed other) {
        if (one instanceof BodyNeed.Whole first && other instanceof BodyNeed.Whole second) {
            return first.maxBytes() <= second.maxBytes() ? first : second;
        }
        return one instanceof BodyNeed.Whole ? one : other;
    }

    /**
     * Whether targets with {@code %2F} are worth reading: some endpoint lets them stand. The decision on the
     * request then asks the endpoint that it lands on.
     */
    public static boolean allowsEncodedSlash(EndpointSet endpoints) {
        return endpoints.encodedSlash();
    }

    /** The endpoint that says how a canonical path is read: the narrowest that inspects it, if any does. */
    public static Optional<CompiledEndpoint> endpointFor(EndpointSet endpoints, String path) {
        return Optional.ofNullable(RequestDecider.narrowest(endpoints, path));
    }
}
