package io.openshell.proxy.relay;

import io.openshell.api.credential.Secret;
import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.TextRewrite;
import io.openshell.api.inspect.Verdict;
import io.openshell.core.credential.CredentialRefusal;
import io.openshell.core.credential.CredentialStore;
import io.openshell.core.credential.Placeholders;
import io.openshell.core.credential.RequestCredentials;
import io.openshell.core.credential.Rewriting;
import io.openshell.core.decide.UpgradeDecision;
import io.openshell.core.event.Action;
import io.openshell.core.event.Ruling;
import io.openshell.core.network.CompiledEndpoint;
import io.openshell.core.network.Enforcement;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Records what a stream inspector says of one connection, and says what its endpoint makes of it. */
final class StreamJudge implements Judge {

    private final SandboxRelay sandbox;
    private final Admission admission;
    private final CompiledEndpoint endpoint;
    private final String path;
    private final boolean tls;
    private final String protocol;
    private boolean injected;

    /**
     * @param path the canonical path of the request that opened the stream
     * @param tls whether the stream goes over TLS
     */
    StreamJudge(SandboxRelay sandbox, Admission admission, CompiledEndpoint endpoint, String path, boolean tls) {
        this.sandbox = sandbox;
        this.admission = admission;
        this.endpoint = endpoint;
        this.path = path;
        this.tls = tls;
        this.protocol = endpoint.endpoint().protocol().orElse("");
    }

    static StreamJudge of(HttpRelay relay, String path, UpgradeDecision.Inspected decision) {
        return new StreamJudge(
                relay.client().sandbox(),
                relay.admission(),
                decision.endpoint(),
                path,
                relay.site().tls());
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

    /** Without opting in, a placeholder ends the connection as soon as there are credentials that it could mean. */
    @Override
    public TextRewrite rewriteText(String message) {
        CredentialStore store = sandbox.context().credentials();
        boolean optedIn = endpoint.endpoint().websocketCredentialRewrite();
        if (!optedIn && (store.isEmpty() || !Placeholders.occurIn(message))) {
            return new TextRewrite.Unchanged();
        }
        if (!optedIn) {
            return refused(CredentialRefusal.inMessage());
        }
        RequestCredentials credentials =
                store.boundTo(admission.host(), admission.port()).forRequest(path, tls);
        return switch (credentials.text(message)) {
            case Rewriting.Unchanged unchanged -> new TextRewrite.Unchanged();
            case Rewriting.Refused(CredentialRefusal refusal) -> refused(refusal);
            case Rewriting.Changed(Secret secret) -> changed(secret);
        };
    }

    /** Whether what the inspector hands on may hold secrets. */
    boolean injected() {
        return injected;
    }

    /** The bytes are the inspector's, which overwrites them. */
    private TextRewrite changed(Secret secret) {
        injected = true;
        ByteBuffer[] copy = new ByteBuffer[1];
        secret.reveal(bytes -> copy[0] = ByteBuffer.wrap(bytes.clone()));
        secret.close();
        return new TextRewrite.Changed(copy[0]);
    }

    /** The event says which credential and why; the peers learn only what kind of thing it was. */
    private TextRewrite refused(CredentialRefusal refusal) {
        boolean elsewhere = refusal.kind() == CredentialRefusal.Kind.ELSEWHERE;
        String engine = elsewhere ? Ruling.CREDENTIAL_BINDING : Ruling.CREDENTIALS;
        emit("text message", Action.DENIED, ruling(engine, endpoint.endpoint().id(), refusal.reason()));
        return new TextRewrite.Refused(
                elsewhere ? "credential endpoint mismatch" : "credential placeholder that cannot be resolved");
    }

    private Action onDenial() {
        return endpoint.endpoint().enforcement() == Enforcement.ENFORCE ? Action.DENIED : Action.OBSERVED;
    }

    private boolean record(String subject, Action action, String rule, String reason) {
        String id = endpoint.endpoint().id();
        emit(subject, action, ruling(Ruling.engineOf(protocol), rule.isEmpty() ? id : id + "." + rule, reason));
        return action != Action.DENIED;
    }

    private Ruling ruling(String engine, String ruleId, String reason) {
        return new Ruling(endpoint.policyName(), ruleId, engine, reason, admission.generation(), 0);
    }

    private void emit(String subject, Action action, Ruling ruling) {
        sandbox.emit(sandbox.networkEvents()
                .judged(admission.destination(), admission.actor(), protocol, subject, action, ruling));
    }
}
