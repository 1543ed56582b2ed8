package io.openshell.core.provider;

import java.util.List;

/**
 * A service's credentials.
 *
 * @param name what {@code --provider} calls it, or its file
 * @param aliases other names
 * @param description one line, may be empty
 * @param origin {@code built in}, or the file
 * @param credentials empty only for a built-in name that stands for whatever somebody declares
 */
public record Provider(
        String name, List<String> aliases, String description, String origin, List<ProvidedCredential> credentials) {

    /** The most credentials that a provider may have, the reference's number. */
    public static final int MAX_CREDENTIALS = 32;

    public Provider {
        aliases = List.copyOf(aliases);
        credentials = List.copyOf(credentials);
    }

    /** Whether this is its name or one of its other names. */
    public boolean isCalled(String word) {
        return name.equals(word) || aliases.contains(word);
    }
}
