package io.openshell.proxy.relay;

import io.openshell.core.credential.CredentialRefusal;
import io.openshell.proxy.http.ErrorResponse;
import io.openshell.proxy.http.ErrorResponses;
import org.jspecify.annotations.Nullable;

/** What a client is told of a request that is refused for want of a credential. */
final class CredentialAnswer {

    private CredentialAnswer() {}

    /**
     * The answer in the shapes of the reference system.
     *
     * @return {@code null} for none at all, where the head or body of a tunnelled request is to blame
     */
    static @Nullable ErrorResponse to(Injection.Result.Refused refused, boolean forward, RequestGate gate) {
        CredentialRefusal refusal = refused.refusal();
        return switch (refusal.kind()) {
            case ELSEWHERE -> ErrorResponses.credentialMismatch();
            case TRACED -> gate.traced(refusal);
            case UNSIGNED -> ErrorResponses.injectionFailed("request could not be signed", refusal.reason());
            case UNSEARCHABLE ->
                ErrorResponses.injectionFailed(
                        "request body could not be searched for credential placeholders", refusal.reason());
            case UNRESOLVED, MISPLACED, UNFIT -> {
                if (forward) {
                    yield ErrorResponses.injectionFailed(
                            "unresolved credential placeholder in request", refusal.reason());
                }
                yield refused.place() == Injection.Place.TARGET ? ErrorResponses.unresolvedTarget() : null;
            }
        };
    }
}
