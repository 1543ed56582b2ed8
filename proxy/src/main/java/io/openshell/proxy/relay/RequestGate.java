package io.openshell.proxy.relay;

import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.HeaderEdit;
import io.openshell.core.credential.CredentialRefusal;
import io.openshell.core.credential.Placeholders;
import io.openshell.core.decide.Decisions;
import io.openshell.core.decide.RequestDecision;
import io.openshell.core.decide.UpgradeDecision;
import io.openshell.core.event.Action;
import io.openshell.core.event.HttpFacts;
import io.openshell.core.event.Ruling;
import io.openshell.core.target.QueryParameters;
import io.openshell.core.target.RequestTarget;
import io.openshell.proxy.http.BodyFraming;
import io.openshell.proxy.http.ErrorResponse;
import io.openshell.proxy.http.ErrorResponses;
import io.openshell.proxy.http.RequestHead;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges one request: that it is for the tunnel's destination, that its target has one reading, and that the
 * policy in force allows it. Whatever comes of it is an event. What passes is what is written: path and query are
 * taken from here and never again from the client's bytes, but for the encoding of a path that is signed ({@link Injection}).
 */
final class RequestGate {

    private final Admission admission;
    private final SandboxRelay sandbox;
    private final Site site;
    private final RequestHead head;
    private String path = "";
    private String shown = "";
    private String query = "";
    private @Nullable InspectedRequest request;
    private UpgradePlan upgrade = UpgradePlan.NONE;
    private long decidedBy;

    RequestGate(SandboxRelay sandbox, Admission admission, Site site, RequestHead head) {
        this.sandbox = sandbox;
        this.admission = admission;
        this.site = site;
        this.head = head;
    }

    /** The canonical path. */
    String path() {
        return path;
    }

    /** The query as received. */
    String query() {
        return query;
    }

    /** What a 101 would lead to. */
    UpgradePlan upgrade() {
        return upgrade;
    }

    /**
     * Looks at the head.
     *
     * @return the refusal, or {@code null} if the request may be judged
     */
    @Nullable
    ErrorResponse examine() {
        if (!admission.renew()) {
            return policyChanged();
        }
        if (head.isConnect()) {
            return unjudged(
                    "CONNECT within a tunnel",
                    ErrorResponses.policyDenied(
                            head.method(), admission.host(), admission.port(), "", "CONNECT within a tunnel"));
        }
        if (!isForTunnel()) {
            return unjudged(
                    "Host: not the tunnel's authority (expected: " + admission.destination() + ")",
                    ErrorResponses.authorityMismatch(admission.host(), admission.port()));
        }
        boolean encodedSlash = Decisions.allowsEncodedSlash(admission.endpoints());
        return switch (RequestTarget.parse(head.target(), encodedSlash)) {
            case RequestTarget.Refused refused ->
                unjudged(refused.problem(), ErrorResponses.invalidRequestTarget(refused.problem()));
            case RequestTarget.Canonical canonical -> {
                path = canonical.path();
                shown = Placeholders.redacted(path);
                query = canonical.query();
                yield admission.endpoints().inspected() ? parseQuery() : null;
            }
        };
    }

    /** How much of the body the inspectors must see. */
    BodyNeed bodyNeed() {
        return request == null ? BodyNeed.NONE : Decisions.bodyNeed(admission.endpoints(), request);
    }

    /**
     * Judges.
     *
     * @param body the decoded body, if it was asked for
     * @return the refusal, or {@code null} if the request may go on
     */
    @Nullable
    ErrorResponse decide(@Nullable ByteBuffer body) {
        if (!admission.renew()) {
            return policyChanged();
        }
        decidedBy = admission.generation();
        InspectedRequest inspected = request;
        if (inspected == null) {
            upgrade = asksForUpgrade() ? UpgradePlan.UNREAD : UpgradePlan.NONE;
            emit(Action.ALLOWED, admission.ruling(Ruling.POLICY, "", 0));
            return null;
        }
        InspectedRequest complete = body == null ? inspected : inspected.withBody(body);
        long started = System.nanoTime();
        if (asksForUpgrade()) {
            return decided(Decisions.upgrade(admission.endpoints(), complete), started);
        }
        return decided(Decisions.request(admission.endpoints(), complete), System.nanoTime() - started);
    }

    /**
     * The head that goes upstream, with an inspector's edits.
     *
     * @throws IllegalArgumentException if they make it unfit
     */
    RequestHead outgoing(BodyFraming framing) {
        List<HeaderEdit> edits = upgrade instanceof UpgradePlan.Inspected inspected
                ? inspected.decision().verdict().edits()
                : List.of();
        RequestHead edited =
                edits.isEmpty() ? head : head.withHeaders(head.headers().edited(edits));
        return edited.framing().equals(framing) ? edited : edited.withFraming(framing);
    }

    /** Whether the policy that decided is still in force, so that the request may be sent. */
    boolean stillDecided() {
        return sandbox.policy().number() == decidedBy;
    }

    /** The refusal of a request that another policy has overtaken. */
    ErrorResponse policyChanged() {
        return ErrorResponses.policyChanged(head.method(), admission.host(), admission.port(), shown);
    }

    /** Refuses a body that is longer than the inspectors accept, even in audit: it cannot be read. */
    ErrorResponse bodyTooLong(int maxBytes) {
        String reason = "request body: too long to inspect (expected: at most " + maxBytes + " bytes)";
        emit(Action.DENIED, admission.ruling(Ruling.L7, reason, 0));
        return denial(admission.policyName(), reason);
    }

    /** Refuses what an inspector has made unfit to be sent. */
    ErrorResponse unsendable(String reason) {
        emit(Action.DENIED, admission.ruling(Ruling.L7, reason, 0));
        return denial(admission.policyName(), reason);
    }

    /** Records that a request was allowed, and not sent for want of a credential that may go with it. */
    void credentialRefused(String ruleId, CredentialRefusal refusal) {
        String engine =
                refusal.kind() == CredentialRefusal.Kind.ELSEWHERE ? Ruling.CREDENTIAL_BINDING : Ruling.CREDENTIALS;
        emit(
                Action.DENIED,
                new Ruling(admission.policyName(), ruleId, engine, refusal.reason(), admission.generation(), 0));
    }

    /** The refusal of a request that a server would send back with its credentials. */
    ErrorResponse traced(CredentialRefusal refusal) {
        return denial(admission.policyName(), refusal.reason());
    }

    /** Records that the request could not be carried out. */
    void failed(String reason) {
        admission.failed(reason);
    }

    private @Nullable ErrorResponse parseQuery() {
        return switch (QueryParameters.parse(query)) {
            case QueryParameters.Refused refused ->
                unjudged(refused.problem(), ErrorResponses.invalidRequestTarget(refused.problem()));
            case QueryParameters.Parsed parsed -> {
                request = request(parsed.values());
                yield null;
            }
        };
    }

    private InspectedRequest request(Map<String, List<String>> parameters) {
        return new InspectedRequest(
                head.method(),
                path,
                parameters,
                head.headers(),
                null,
                admission.host(),
                admission.port(),
                admission.binary());
    }

    /** The parser has compared an absolute-form target's authority with Host, so Host speaks for both. */
    private boolean isForTunnel() {
        if (!head.isFor(admission.host(), admission.port(), site.defaultPort())) {
            return false;
        }
        if (site.forward() || !head.isAbsoluteForm()) {
            return true;
        }
        return head.scheme().orElse("").equals(site.scheme())
                && head.headers().first("host").isPresent();
    }

    /** A body would have to be over before the upgrade; such a request is an ordinary one (RFC 9110 section 7.8). */
    private boolean asksForUpgrade() {
        return head.wantsUpgrade() && head.framing().isEmpty();
    }

    private @Nullable ErrorResponse decided(UpgradeDecision decision, long started) {
        return switch (decision) {
            case UpgradeDecision.Refused refused -> decided(refused.decision(), System.nanoTime() - started);
            case UpgradeDecision.Unread unread -> {
                upgrade = UpgradePlan.UNREAD;
                emit(Action.ALLOWED, ruling(unread.policyName(), unread.ruleId(), "", System.nanoTime() - started));
                yield null;
            }
            case UpgradeDecision.Inspected inspected -> {
                upgrade = new UpgradePlan.Inspected(inspected);
                emit(
                        Action.ALLOWED,
                        ruling(inspected.policyName(), inspected.ruleId(), "", System.nanoTime() - started));
                yield null;
            }
        };
    }

    private @Nullable ErrorResponse decided(RequestDecision decision, long nanos) {
        return switch (decision) {
            case RequestDecision.Allowed allowed -> {
                emit(Action.ALLOWED, ruling(allowed.policyName(), allowed.ruleId(), "", nanos));
                yield null;
            }
            case RequestDecision.Audited audited -> {
                emit(Action.OBSERVED, ruling(audited.policyName(), audited.ruleId(), audited.reason(), nanos));
                yield null;
            }
            case RequestDecision.Denied denied -> refused(denied.policyName(), denied.ruleId(), denied.reason(), nanos);
            case RequestDecision.Unreadable unreadable ->
                refused(unreadable.policyName(), unreadable.ruleId(), unreadable.problem(), nanos);
        };
    }

    private ErrorResponse refused(String policyName, String ruleId, String reason, long nanos) {
        emit(Action.DENIED, ruling(policyName, ruleId, reason, nanos));
        return denial(policyName, reason);
    }

    private ErrorResponse denial(String policyName, String why) {
        String reason = Placeholders.redacted(why);
        if (site.forward() && Decisions.endpointFor(admission.endpoints(), path).isEmpty()) {
            return ErrorResponses.forwardUnmatched(head.method(), admission.host(), admission.port(), shown);
        }
        if (site.forward()) {
            return ErrorResponses.forwardDenied(head.method(), admission.host(), admission.port(), shown, reason);
        }
        return ErrorResponses.denied(new ErrorResponses.Denial(
                policyName, head.method(), shown, reason, admission.host(), admission.port(), admission.binary()));
    }

    private ErrorResponse unjudged(String reason, ErrorResponse answer) {
        shown = shown.isEmpty() ? shownPath(head) : shown;
        emit(Action.DENIED, admission.ruling(Ruling.HTTP_PARSER, reason, 0));
        return answer;
    }

    private void emit(Action action, Ruling ruling) {
        HttpFacts facts = new HttpFacts(head.method(), site.scheme(), admission.host(), admission.port(), shown);
        sandbox.emit(sandbox.httpEvents().of(facts, action, admission.actor(), ruling));
    }

    private Ruling ruling(String policyName, String ruleId, String reason, long nanos) {
        return new Ruling(policyName, ruleId, Ruling.L7, Placeholders.redacted(reason), admission.generation(), nanos);
    }

    /** The path of a request that is refused before it has a canonical one, as far as it may be shown: no query. */
    static String shownPath(RequestHead head) {
        if (RequestTarget.parse(head.target(), true) instanceof RequestTarget.Canonical canonical) {
            return Placeholders.redacted(canonical.path());
        }
        return "";
    }
}
