package io.openshell.plugin.websocket;

import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.HeaderEdit;
import io.openshell.api.inspect.Headers;
import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.Request;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.api.inspect.StreamInspector;
import io.openshell.api.inspect.UpgradeVerdict;
import io.openshell.api.inspect.Verdict;
import java.util.List;
import java.util.Optional;

/** The compiled rules of one endpoint. A deny rule wins over every allow rule. */
final class WebsocketInspector implements RequestInspector {

    private final List<RequestRule> allow;
    private final List<RequestRule> deny;
    private final Optional<OperationRules> operations;
    private final BinaryRule binary;
    private final MemoryBudget budget;

    WebsocketInspector(
            List<RequestRule> allow,
            List<RequestRule> deny,
            Optional<OperationRules> operations,
            BinaryRule binary,
            MemoryBudget budget) {
        this.allow = List.copyOf(allow);
        this.deny = List.copyOf(deny);
        this.operations = operations;
        this.binary = binary;
        this.budget = budget;
    }

    @Override
    public BodyNeed bodyNeed(Request head) {
        return BodyNeed.NONE;
    }

    /** Whatever is no handshake, also in audit: nothing but WebSocket was meant to be here. */
    @Override
    public Verdict inspect(Request request) {
        return new Verdict.Unreadable("websocket endpoint requires a valid WebSocket upgrade request");
    }

    @Override
    public UpgradeVerdict inspectUpgrade(Request request) {
        Handshake handshake;
        try {
            handshake = Handshake.read(request);
        } catch (Handshake.Invalid invalid) {
            return new UpgradeVerdict.Refused(new Verdict.Unreadable(String.valueOf(invalid.getMessage())));
        }
        Verdict verdict = judge(RequestRule.HANDSHAKE, request);
        if (!(verdict instanceof Verdict.Allowed allowed)) {
            return new UpgradeVerdict.Refused(verdict);
        }
        HeaderEdit extensions =
                new HeaderEdit("Sec-WebSocket-Extensions", handshake.offer().orElse(null));
        Verdict text = judge(RequestRule.TEXT, request);
        MessageRules messages = new MessageRules(text, binary.verdict(text), operations);
        return new UpgradeVerdict.Inspected(
                allowed.rule(), List.of(extensions), (response, judge) -> open(handshake, response, messages, judge));
    }

    private StreamInspector open(Handshake handshake, Headers response, MessageRules messages, Judge judge) {
        boolean deflate = handshake.accept(response);
        return new WebsocketStream(deflate, messages, judge, budget);
    }

    private Verdict judge(String subject, Request handshake) {
        for (RequestRule rule : deny) {
            if (rule.denies(subject, handshake)) {
                return new Verdict.Denied(rule.id(), subject + " " + handshake.path() + " blocked by deny rule");
            }
        }
        for (RequestRule rule : allow) {
            if (rule.allows(subject, handshake)) {
                return new Verdict.Allowed(rule.id());
            }
        }
        return Verdict.Denied.notPermitted(subject + " " + handshake.path() + " not permitted by policy");
    }
}
