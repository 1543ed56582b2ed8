package io.openshell.plugin.graphql;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The keys that are looked at in one kind of JSON object or query string. Some servers take a key in any case (and their
 * libraries fold more than ASCII), so a key that is one of these but for its case is not passed over: it is unreadable.
 */
final class Keys {

    private final Map<String, String> known;

    private Keys(Set<String> names) {
        known = names.stream().collect(Collectors.toUnmodifiableMap(Keys::folded, name -> name));
    }

    static Keys of(String... names) {
        return new Keys(Set.of(names));
    }

    /** Whether it is one of the keys. */
    boolean has(String name) throws UnreadableException {
        String exact = known.get(folded(name));
        if (exact != null && !exact.equals(name)) {
            throw new UnreadableException("a key that is '" + exact + "' but for its case");
        }
        return exact != null;
    }

    /** As {@link #has}, for names of query parameters, of which some servers read {@code name[]} as {@code name}. */
    boolean hasParameter(String name) throws UnreadableException {
        int bracket = name.indexOf('[');
        if (bracket >= 0 && has(name.substring(0, bracket))) {
            throw new UnreadableException("a parameter that is an element of '" + name.substring(0, bracket) + "'");
        }
        return has(name);
    }

    private static String folded(String name) {
        return name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }
}
