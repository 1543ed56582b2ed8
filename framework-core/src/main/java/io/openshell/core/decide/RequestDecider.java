package io.openshell.core.decide;

import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.Request;
import io.openshell.api.inspect.UpgradeVerdict;
import io.openshell.api.inspect.Verdict;
import io.openshell.core.decide.Trace.Outcome;
import io.openshell.core.network.CompiledEndpoint;
import io.openshell.core.network.Enforcement;
import io.openshell.core.target.RequestTarget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides on one request of a connection. Used once.
 *
 * <p>The narrowest endpoint whose path matches says which protocol reads the request. All endpoints of that
 * protocol whose path matches may allow it; a deny rule of any endpoint whose path matches denies it, and so does
 * a request that the protocol cannot read. Endpoints of other protocols are asked for deny rules only, where these
 * need no body: what they cannot read says nothing, for the policy gives this path to another protocol.
 */
final class RequestDecider {

    private static final String NO_PATH = "no L7 endpoint path matched request";

    private final EndpointSet set;
    private final Request request;
    private final Tracer tracer;
    private final boolean encodedSlash;

    private @Nullable CompiledEndpoint decider;
    private @Nullable CompiledEndpoint allower;
    private @Nullable CompiledEndpoint denier;
    private @Nullable CompiledEndpoint unreader;
    private String allowingRule = "";
    private String denyingRule = "";
    private String reason = "";
    private String problem = "";
    private @Nullable UpgradeVerdict upgrade;

    RequestDecider(EndpointSet set, Request request, Tracer tracer) {
        this.set = set;
        this.request = request;
        this.tracer = tracer;
        this.encodedSlash = RequestTarget.needsEncodedSlash(request.path());
    }

    /** The endpoint that says how a path is read. */
    static @Nullable CompiledEndpoint narrowest(EndpointSet set, String path) {
        List<CompiledEndpoint> inspecting = set.inspecting();
        for (int i = 0; i < inspecting.size(); i++) {
            if (inspecting.get(i).endpoint().path().matches(path)) {
                return inspecting.get(i);
            }
        }
        return null;
    }

    RequestDecision decide() {
        if (set.kind() == EndpointSet.Kind.RAW) {
            tracer.step(set.ruleId(), Outcome.ALLOWS, "not inspected");
            return new RequestDecision.Allowed(set.policyName(), set.ruleId(), tracer.trace());
        }
        judgeAll(false);
        return decision();
    }

    UpgradeDecision decideUpgrade() {
        if (set.kind() == EndpointSet.Kind.RAW) {
            CompiledEndpoint endpoint = set.endpoints().getFirst();
            return new UpgradeDecision.Unread(set.policyName(), set.ruleId(), endpoint, tracer.trace());
        }
        if (http2()) {
            return new UpgradeDecision.Refused(new RequestDecision.Unreadable(
                    set.policyName(), set.ruleId(), "upgrade to HTTP/2 is not inspected", tracer.trace()));
        }
        judgeAll(true);
        RequestDecision decision = decision();
        UpgradeVerdict granted = upgrade;
        if (!(decision instanceof RequestDecision.Allowed allowed) || allower == null || granted == null) {
            return new UpgradeDecision.Refused(enforced(decision));
        }
        return switch (granted) {
            case UpgradeVerdict.Unread unread ->
                new UpgradeDecision.Unread(allowed.policyName(), allowed.ruleId(), allower, allowed.trace());
            case UpgradeVerdict.Inspected inspected ->
                new UpgradeDecision.Inspected(
                        allowed.policyName(), allowed.ruleId(), allower, inspected, allowed.trace());
            case UpgradeVerdict.Refused refused -> new UpgradeDecision.Refused(decision);
        };
    }

    private boolean http2() {
        List<String> upgrades = request.headers().all("upgrade");
        for (String value : upgrades) {
            for (String token : value.split(",", -1)) {
                String name = token.strip();
                if (name.equalsIgnoreCase("h2c") || name.regionMatches(true, 0, "HTTP/2", 0, 6)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What an audited denial is where nothing of what follows could be read. */
    private static RequestDecision enforced(RequestDecision decision) {
        return decision instanceof RequestDecision.Audited audited
                ? new RequestDecision.Denied(audited.policyName(), audited.ruleId(), audited.reason(), audited.trace())
                : decision;
    }

    private void judgeAll(boolean upgrading) {
        List<CompiledEndpoint> inspecting = set.inspecting();
        for (int i = 0; i < inspecting.size(); i++) {
            CompiledEndpoint candidate = inspecting.get(i);
            if (!candidate.endpoint().path().matches(request.path())) {
                traceOtherPath(candidate);
                continue;
            }
            if (EndpointSet.readsBytes(candidate)) {
                cannotRead(candidate, "this endpoint's protocol does not read requests");
                continue;
            }
            CompiledEndpoint narrowest = decider == null ? decide(candidate) : decider;
            if (!EndpointSet.protocol(candidate).equals(EndpointSet.protocol(narrowest))) {
                judgeOtherProtocol(candidate, narrowest);
            } else if (upgrading) {
                judgeUpgrade(candidate);
            } else {
                judge(candidate, InspectorCalls.inspect(EndpointSet.requestInspector(candidate), request));
            }
        }
    }

    private CompiledEndpoint decide(CompiledEndpoint narrowest) {
        decider = narrowest;
        if (encodedSlash && !narrowest.endpoint().allowEncodedSlash()) {
            cannotRead(narrowest, "request-target contains an encoded '/' (%2F) which is not allowed on this endpoint");
        }
        return narrowest;
    }

    private void judgeUpgrade(CompiledEndpoint candidate) {
        UpgradeVerdict verdict = InspectorCalls.inspectUpgrade(EndpointSet.requestInspector(candidate), request);
        switch (verdict) {
            case UpgradeVerdict.Refused refused -> judge(candidate, refused.verdict());
            case UpgradeVerdict.Unread unread -> grant(candidate, unread.rule(), verdict);
            case UpgradeVerdict.Inspected inspected -> grant(candidate, inspected.rule(), verdict);
        }
    }

    /** Keeps the narrowest endpoint's grant, save that one which reads what follows wins over one that does not. */
    private void grant(CompiledEndpoint candidate, String rule, UpgradeVerdict verdict) {
        if (encodedSlash && !candidate.endpoint().allowEncodedSlash()) {
            return;
        }
        trace(candidate, rule, Outcome.ALLOWS, "the upgrade");
        boolean reads = verdict instanceof UpgradeVerdict.Inspected && upgrade instanceof UpgradeVerdict.Unread;
        if (upgrade == null || reads) {
            upgrade = verdict;
            allower = candidate;
            allowingRule = rule;
        }
    }

    private void judge(CompiledEndpoint candidate, Verdict verdict) {
        switch (verdict) {
            case Verdict.Allowed allowed -> allow(candidate, allowed.rule());
            case Verdict.Denied denied -> deny(candidate, denied);
            case Verdict.Unreadable unreadable -> cannotRead(candidate, unreadable.problem());
        }
    }

    private void allow(CompiledEndpoint candidate, String rule) {
        if (encodedSlash && !candidate.endpoint().allowEncodedSlash()) {
            trace(candidate, rule, Outcome.SKIPPED, "allow_encoded_slash is not set");
            return;
        }
        trace(candidate, rule, Outcome.ALLOWS, "the request");
        if (allower == null || candidate.order() < allower.order()) {
            allower = candidate;
            allowingRule = rule;
        }
    }

    private void deny(CompiledEndpoint candidate, Verdict.Denied denied) {
        trace(candidate, denied.rule(), denied.explicit() ? Outcome.DENIES : Outcome.SKIPPED, denied.reason());
        if (denied.explicit()) {
            if (denier == null || moreBinding(candidate, denier)) {
                denier = candidate;
                denyingRule = denied.rule();
                reason = denied.reason();
            }
        } else if (reason.isEmpty()) {
            reason = denied.reason();
        }
    }

    private static boolean moreBinding(CompiledEndpoint one, CompiledEndpoint other) {
        return one.endpoint().enforcement() == Enforcement.ENFORCE
                && other.endpoint().enforcement() != Enforcement.ENFORCE;
    }

    private void cannotRead(CompiledEndpoint candidate, String why) {
        trace(candidate, "", Outcome.UNREADABLE, why);
        if (unreader == null) {
            unreader = candidate;
            problem = why;
        }
    }

    private void judgeOtherProtocol(CompiledEndpoint candidate, CompiledEndpoint narrowest) {
        if (candidate.endpoint().path().specificity()
                == narrowest.endpoint().path().specificity()) {
            cannotRead(
                    candidate,
                    narrowest.endpoint().id() + " and " + candidate.endpoint().id()
                            + " read the same path by different protocols (expected: a narrower path on one)");
            return;
        }
        var inspector = EndpointSet.requestInspector(candidate);
        if (!(InspectorCalls.bodyNeed(inspector, request) instanceof BodyNeed.None)) {
            trace(candidate, "", Outcome.SKIPPED, "another protocol reads this path");
            return;
        }
        if (InspectorCalls.inspect(inspector, request) instanceof Verdict.Denied denied && denied.explicit()) {
            deny(candidate, denied);
        } else {
            trace(candidate, "", Outcome.SKIPPED, "another protocol reads this path, and no deny rule here applies");
        }
    }

    private RequestDecision decision() {
        if (unreader != null) {
            return new RequestDecision.Unreadable(
                    unreader.policyName(), unreader.endpoint().id(), problem, tracer.trace());
        }
        if (decider == null) {
            tracer.step(set.ruleId(), Outcome.DENIES, NO_PATH);
            return new RequestDecision.Denied(set.policyName(), set.ruleId(), NO_PATH, tracer.trace());
        }
        if (denier == null && allower != null) {
            return new RequestDecision.Allowed(allower.policyName(), allower.id(allowingRule), tracer.trace());
        }
        return denial(decider, denier == null ? decider : denier);
    }

    private RequestDecision denial(CompiledEndpoint reader, CompiledEndpoint by) {
        boolean audits = reader.endpoint().enforcement() == Enforcement.AUDIT
                && by.endpoint().enforcement() == Enforcement.AUDIT;
        String id = by.id(denyingRule);
        String why = reason.isEmpty() ? request.method() + " " + request.path() + " not permitted by policy" : reason;
        if (denier == null) {
            trace(by, "", Outcome.DENIES, "none of the endpoints that read this path allows it");
        }
        if (audits) {
            trace(by, "enforcement", Outcome.MATCHES, "audit: the denial is recorded, and the request passes");
            return new RequestDecision.Audited(by.policyName(), id, why, tracer.trace());
        }
        return new RequestDecision.Denied(by.policyName(), id, why, tracer.trace());
    }

    private void trace(CompiledEndpoint endpoint, String rule, Outcome outcome, String why) {
        if (tracer.isOn()) {
            tracer.step(endpoint.id(rule), outcome, why);
        }
    }

    private void traceOtherPath(CompiledEndpoint endpoint) {
        if (tracer.isOn()) {
            trace(
                    endpoint,
                    "path",
                    Outcome.SKIPPED,
                    "'" + endpoint.endpoint().path() + "' does not match " + request.path());
        }
    }
}
