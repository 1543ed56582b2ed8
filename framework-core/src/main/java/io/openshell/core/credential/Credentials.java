package io.openshell.core.credential;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The credentials of a sandbox at one time, by key. Immutable, save that closing a {@link Credential} clears it. */
public final class Credentials {

    /** None. */
    public static final Credentials NONE = new Credentials(Map.of());

    /** How many credentials a sandbox may have: as many as its environment may have entries. */
    public static final int MAX = 128;

    private final Map<String, Credential> byKey;

    private Credentials(Map<String, Credential> byKey) {
        this.byKey = byKey;
    }

    /** @throws IllegalArgumentException if there are too many, or two of one key */
    public static Credentials of(Collection<Credential> credentials) {
        if (credentials.size() > MAX) {
            throw new IllegalArgumentException(
                    "credentials: " + credentials.size() + " (expected: at most " + MAX + ")");
        }
        Map<String, Credential> byKey = new TreeMap<>();
        for (Credential credential : credentials) {
            if (byKey.putIfAbsent(credential.key(), credential) != null) {
                throw new IllegalArgumentException(
                        "credential: " + credential.key() + " twice (expected: one of a name, with all its bindings)");
            }
        }
        return new Credentials(byKey);
    }

    /** The one of a key. */
    public Optional<Credential> get(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /** All, by key. */
    public List<Credential> all() {
        return List.copyOf(byKey.values());
    }

    public boolean isEmpty() {
        return byKey.isEmpty();
    }

    @Override
    public String toString() {
        return "Credentials" + byKey.keySet();
    }
}
