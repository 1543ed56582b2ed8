package io.openshell.proxy.relay;

import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.TextRewrite;
import io.openshell.api.inspect.Verdict;
import io.openshell.core.credential.Placeholders;
import io.openshell.core.decide.UpgradeDecision;
import io.openshell.core.event.Action;
import io.openshell.core.event.Ruling;
import io.openshell.core.network.CompiledEndpoint;
import io.openshell.core.network.Enforcement;
import org.jspecify.annotations.Nullable;

/** Records what a stream inspector says of one connection, and says what its endpoint makes of it. */
final class StreamJudge implements Judge {

    private final SandboxRelay sandbox;
    private final Admission admission;
    private final CompiledEndpoint endpoint;
    private final String protocol;

    StreamJudge(SandboxRelay sandbox, Admission admission, CompiledEndpoint endpoint) {
        this.sandbox = sandbox;
        this.admission = admission;
        this.endpoint = endpoint;
        this.protocol = endpoint.endpoint().protocol().orElse("");
    }

    static StreamJudge of(ClientConnection client, Admission admission, UpgradeDecision.Inspected decision) {
        return new StreamJudge(client.sandbox(), admission, decision.endpoint());
    }

    @Override
    public boolean admits(String subject, @Nullable Verdict verdict) {
        return switch (verdict) {
            case null -> record(subject, Action.DENIED, "", "inspector gave no verdict");
            case Verdict.Allowed allowed -> record(subject, Action.ALLOWED, allowed.rule(), "");
            case Verdict.Denied denied -> record(subject, onDenial(), denied.rule(), denied.reason());
            case Verdict.Unreadable unreadable -> record(subject, Action.DENIED, "", unreadable.problem());
        };
    }

    /** There are no credentials to put in yet, so a placeholder that should be replaced ends the connection. */
    @Override
    public TextRewrite rewriteText(String message) {
        return endpoint.endpoint().websocketCredentialRewrite() && Placeholders.occurIn(message)
                ? new TextRewrite.Refused("credential placeholder that cannot be resolved")
                : new TextRewrite.Unchanged();
    }

    private Action onDenial() {
        return endpoint.endpoint().enforcement() == Enforcement.ENFORCE ? Action.DENIED : Action.OBSERVED;
    }

    private boolean record(String subject, Action action, String rule, String reason) {
        String id = endpoint.endpoint().id();
        Ruling ruling = new Ruling(
                endpoint.policyName(),
                rule.isEmpty() ? id : id + "." + rule,
                Ruling.engineOf(protocol),
                reason,
                admission.generation(),
                0);
        sandbox.emit(sandbox.networkEvents()
                .judged(admission.destination(), admission.actor(), protocol, subject, action, ruling));
        return action != Action.DENIED;
    }
}
