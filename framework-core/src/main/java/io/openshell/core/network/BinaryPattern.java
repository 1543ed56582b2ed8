package io.openshell.core.network;

import io.openshell.core.match.BinaryGlob;
import java.util.Collection;
import java.util.Set;

/**
 * One entry of a rule's {@code binaries}. Immutable.
 *
 * @param glob the path as written, exact or a glob
 * @param targets what an exact path's symbolic links lead to; each matches like the path itself
 */
public record BinaryPattern(BinaryGlob glob, Set<String> targets) {

    public BinaryPattern {
        targets = Set.copyOf(targets);
    }

    /** @throws IllegalArgumentException if the path is not absolute or the glob is malformed; the message says why */
    public static BinaryPattern compile(String path) {
        return new BinaryPattern(BinaryGlob.compile(path), Set.of());
    }

    /** The same pattern that matches these paths too; a glob stays as it is. */
    public BinaryPattern withTargets(Collection<String> paths) {
        return exact() ? new BinaryPattern(glob, Set.copyOf(paths)) : this;
    }

    public boolean exact() {
        return glob.exact();
    }

    public boolean matches(String binary) {
        return glob.matches(binary) || targets.contains(binary);
    }

    /** The path as written. */
    public String text() {
        return glob.toString();
    }
}
