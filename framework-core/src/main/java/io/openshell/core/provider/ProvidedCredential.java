package io.openshell.core.provider;

import io.openshell.core.credential.CredentialBinding;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A credential of a provider, without its value.
 *
 * @param key the agent's variable
 * @param source where the value comes from
 * @param bindings where it may be sent, never empty
 * @param expiresAt from when on it is refused; empty for never
 * @param required whether it must be there; of those that need not be, one must
 */
public record ProvidedCredential(
        String key,
        ValueSource source,
        List<CredentialBinding> bindings,
        Optional<Instant> expiresAt,
        boolean required) {

    public ProvidedCredential {
        bindings = List.copyOf(bindings);
        if (bindings.isEmpty()) {
            throw new IllegalArgumentException(key + ": bound to nothing (expected: a destination)");
        }
    }
}
