package io.openshell.core.inference;

import io.openshell.api.credential.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * One backend that requests may go to. Immutable but for its key, which is cleared when it is closed.
 *
 * @param id where it was declared, as in {@code routes[0]}
 * @param profile what kind of provider it is
 * @param endpoint where it is
 * @param model what every request asks it for, whatever the client wrote
 * @param protocols what it is used for
 * @param key visible ASCII; empty for a backend that wants none
 * @param keyOrigin where the key came from, for people; never the key
 * @param timeout for answers that are passed on whole
 */
public record InferenceRoute(
        String id,
        ProviderProfile profile,
        InferenceEndpoint endpoint,
        String model,
        Set<InferenceProtocol> protocols,
        Optional<Secret> key,
        String keyOrigin,
        Duration timeout)
        implements AutoCloseable {

    public InferenceRoute {
        protocols = Set.copyOf(protocols);
    }

    /** Clears the key. */
    @Override
    public void close() {
        key.ifPresent(Secret::close);
    }

    /** In one line, for people. */
    public String describe() {
        return profile.name() + " " + model + " at " + endpoint + " (" + keyOrigin + ")";
    }

    @Override
    public String toString() {
        return "InferenceRoute[" + id + " " + describe() + "]";
    }
}
