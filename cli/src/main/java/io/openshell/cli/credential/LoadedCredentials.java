package io.openshell.cli.credential;

import io.openshell.core.credential.Credentials;
import io.openshell.core.provider.ProvidedCredential;
import java.util.List;

/**
 * Credentials with their values, and where those came from.
 *
 * @param credentials with the values; whoever takes them closes them
 * @param origins one for each, without its value
 */
public record LoadedCredentials(Credentials credentials, List<ProvidedCredential> origins) {

    /** None. */
    public static final LoadedCredentials NONE = new LoadedCredentials(Credentials.NONE, List.of());

    public LoadedCredentials {
        origins = List.copyOf(origins);
    }
}
