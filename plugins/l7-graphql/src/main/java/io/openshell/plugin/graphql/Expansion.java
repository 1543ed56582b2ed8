package io.openshell.plugin.graphql;

import java.util.Set;

/**
 * What a selection set comes to once its fragments are expanded.
 *
 * @param fields the real names of its own level
 * @param count how many fields that level has, repeated ones counted
 * @param depth levels of fields, this one included
 * @param aliases fields with another name, on all levels
 * @param levels selection sets within one another, this one included, whether a field or a fragment holds them
 */
record Expansion(Set<String> fields, long count, int depth, long aliases, int levels) {

    static final Expansion NONE = new Expansion(Set.of(), 0, 0, 0, 0);

    Expansion {
        fields = Set.copyOf(fields);
    }

    /** Fragments that repeat one another grow without bound; the sums stay at the top instead of wrapping. */
    static long sum(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }
}
