package io.openshell.core.event;

import java.util.List;
import java.util.Objects;

/**
 * The process behind an event, as it is called inside the sandbox.
 *
 * @param binary the path of its executable; empty if it could not be found out
 * @param pid its process id; 0 if unknown
 * @param ancestors the paths of its ancestors' executables, parent first
 */
public record Actor(String binary, long pid, List<String> ancestors) {

    /** It could not be found out. */
    public static final Actor UNKNOWN = new Actor("", 0, List.of());

    public Actor {
        Objects.requireNonNull(binary, "binary");
        ancestors = List.copyOf(ancestors);
    }

    boolean known() {
        return !binary.isEmpty();
    }
}
