package io.openshell.core.match;

import java.util.ArrayList;
import java.util.List;

/**
 * An endpoint's own {@code path}: which requests of a host the endpoint is for. Its language is not the one of
 * rules: empty, {@code **} and {@code /**} are any path, a last {@code /**} is the path itself or anything below,
 * and elsewhere {@code *} crosses slashes. Immutable; linear time.
 */
public final class PathSelector {

    /** Any path. */
    public static final PathSelector ANY = new PathSelector("", Glob.of(List.of(new Node.Run(CharSet.any()))));

    private final String text;
    private final Glob glob;
    private final int specificity;

    private PathSelector(String text, Glob glob) {
        this.text = text;
        this.glob = glob;
        this.specificity = (int) text.chars().filter(c -> c != '*').count();
    }

    /** @throws IllegalArgumentException if it does not begin with a slash or is malformed; the message says why */
    public static PathSelector compile(String text) {
        if (text.isEmpty()) {
            return ANY;
        }
        if (text.equals("**") || text.equals("/**")) {
            return new PathSelector(text, ANY.glob);
        }
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException(text + " (expected: '**' or a path that begins with '/')");
        }
        if (!text.endsWith("/**")) {
            return new PathSelector(text, Glob.compile(text, Dialect.SHELL));
        }
        String base = text.substring(0, text.length() - "/**".length());
        List<Node> parts = new ArrayList<>(new GlobParser(base, Dialect.SHELL).parse());
        parts.add(
                new Node.Maybe(new Node.Sequence(List.of(new Node.One(CharSet.of('/')), new Node.Run(CharSet.any())))));
        return new PathSelector(text, Glob.of(parts));
    }

    /** Whether a canonical path is for the endpoint. */
    public boolean matches(String path) {
        return glob.matches(path);
    }

    /** How narrow it is: the number of its characters that are not {@code *}; 0 for any path. */
    public int specificity() {
        return specificity;
    }

    /** As written. */
    @Override
    public String toString() {
        return text;
    }
}
