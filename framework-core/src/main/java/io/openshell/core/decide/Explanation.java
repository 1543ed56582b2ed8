package io.openshell.core.decide;

import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.Request;
import io.openshell.core.address.AddressGuard;
import io.openshell.core.decide.Trace.Outcome;
import io.openshell.core.policy.Policy;
import io.openshell.core.target.HostName;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a {@link Question}, by the same decisions that enforcement takes.
 *
 * @param verdict what would happen
 * @param policyName the key of the rule that decided; empty if none did
 * @param ruleId the place in the policy that decided; empty if none did
 * @param reason why not, on one line; empty if allowed
 * @param trace how it came about
 */
public record Explanation(Verdict verdict, String policyName, String ruleId, String reason, Trace trace) {

    /** What would happen. */
    public enum Verdict {
        /** It passes. */
        ALLOWED,
        /** The rules deny it and it passes, since the endpoint audits. */
        AUDITED,
        /** It does not pass. */
        DENIED
    }

    /** Answers a question. */
    public static Explanation of(Policy policy, Question question) {
        return switch (Decisions.explain(policy, question.facts())) {
            case ConnectionDecision.Denied denied ->
                new Explanation(Verdict.DENIED, "", "", denied.reason(), denied.trace());
            case ConnectionDecision.Allowed allowed ->
                refusedAddress(allowed, question).orElseGet(() -> ofRequest(allowed, question));
        };
    }

    private static Optional<Explanation> refusedAddress(ConnectionDecision.Allowed allowed, Question question) {
        if (question.addresses().isEmpty()) {
            return Optional.empty();
        }
        AddressGuard.Outcome outcome = AddressGuard.check(
                question.facts().host(),
                question.facts().port(),
                question.addresses(),
                allowed.endpoints().allowedAddresses(),
                HostName.literal(question.facts().host()).isPresent(),
                Optional.empty());
        if (!(outcome instanceof AddressGuard.Refused refused)) {
            return Optional.empty();
        }
        Trace step =
                new Trace(List.of(new Trace.Step(allowed.ruleId() + ".allowed_ips", Outcome.DENIES, refused.reason())));
        return Optional.of(new Explanation(
                Verdict.DENIED,
                allowed.policyName(),
                allowed.ruleId(),
                refused.reason(),
                allowed.trace().and(step)));
    }

    private static Explanation ofRequest(ConnectionDecision.Allowed allowed, Question question) {
        if (question.request().isEmpty()) {
            return new Explanation(Verdict.ALLOWED, allowed.policyName(), allowed.ruleId(), "", allowed.trace());
        }
        Request request = question.request().get();
        if (request.headers().first("upgrade").isPresent()) {
            return ofUpgrade(allowed, request, question);
        }
        Optional<Explanation> tooLong = tooLong(allowed, request);
        return tooLong.isPresent()
                ? tooLong.get()
                : of(Decisions.explain(allowed.endpoints(), request), allowed.trace());
    }

    /** What no inspector would see. */
    private static Optional<Explanation> tooLong(ConnectionDecision.Allowed allowed, Request request) {
        if (!(Decisions.bodyNeed(allowed.endpoints(), request) instanceof BodyNeed.Whole whole)
                || request.body().map(ByteBuffer::remaining).orElse(0) <= whole.maxBytes()) {
            return Optional.empty();
        }
        String reason = "request body: too long to inspect (expected: at most " + whole.maxBytes() + " bytes)";
        return Optional.of(
                new Explanation(Verdict.DENIED, allowed.policyName(), allowed.ruleId(), reason, allowed.trace()));
    }

    private static Explanation ofUpgrade(ConnectionDecision.Allowed allowed, Request request, Question question) {
        return switch (Decisions.explainUpgrade(allowed.endpoints(), request)) {
            case UpgradeDecision.Refused refused -> of(refused.decision(), allowed.trace());
            case UpgradeDecision.Unread it ->
                new Explanation(
                        Verdict.ALLOWED,
                        it.policyName(),
                        it.ruleId(),
                        "",
                        allowed.trace().and(it.trace()));
            case UpgradeDecision.Inspected it -> {
                Trace trace = allowed.trace().and(it.trace());
                yield question.stream()
                        .map(stream -> StreamExplanation.of(it, stream, trace))
                        .orElseGet(() -> new Explanation(Verdict.ALLOWED, it.policyName(), it.ruleId(), "", trace));
            }
        };
    }

    private static Explanation of(RequestDecision decision, Trace before) {
        Trace trace = before.and(decision.trace());
        return switch (decision) {
            case RequestDecision.Allowed it ->
                new Explanation(Verdict.ALLOWED, it.policyName(), it.ruleId(), "", trace);
            case RequestDecision.Audited it ->
                new Explanation(Verdict.AUDITED, it.policyName(), it.ruleId(), it.reason(), trace);
            case RequestDecision.Denied it ->
                new Explanation(Verdict.DENIED, it.policyName(), it.ruleId(), it.reason(), trace);
            case RequestDecision.Unreadable it ->
                new Explanation(Verdict.DENIED, it.policyName(), it.ruleId(), it.problem(), trace);
        };
    }
}
