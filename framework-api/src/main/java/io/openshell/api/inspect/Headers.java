package io.openshell.api.inspect;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Header fields in the order received. Names compare without case. Values are as received, trimmed. */
public interface Headers {

    /** The first field's value. */
    Optional<String> first(String name);

    /** Every field's value, in order; empty if there is none. */
    List<String> all(String name);

    /** The names that occur, in lower case. */
    Set<String> names();
}
