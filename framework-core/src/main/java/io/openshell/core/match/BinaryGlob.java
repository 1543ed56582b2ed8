package io.openshell.core.match;

/**
 * The path of an executable as a policy writes it: exact unless it has a {@code *}; then {@code *} stays within
 * one component and {@code **} as a whole component is any number of components, as in {@link PathGlob}.
 * Immutable; linear time.
 */
public final class BinaryGlob {

    private final String text;
    private final boolean exact;
    private final Glob glob;

    private BinaryGlob(String text, boolean exact, Glob glob) {
        this.text = text;
        this.exact = exact;
        this.glob = glob;
    }

    /** @throws IllegalArgumentException if the path is not absolute or the glob is malformed; the message says why */
    public static BinaryGlob compile(String text) {
        if (!text.startsWith("/") && !text.equals("**") && !text.startsWith("**/")) {
            throw new IllegalArgumentException(text + " (expected: an absolute path, or a glob such as /usr/bin/*)");
        }
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("path has a null byte (expected: an absolute path)");
        }
        boolean exact = text.indexOf('*') < 0;
        return new BinaryGlob(text, exact, Glob.compile(exact ? PathGlob.quote(text) : text, Dialect.PATH));
    }

    /** Whether this is one path rather than a glob. */
    public boolean exact() {
        return exact;
    }

    public boolean matches(String path) {
        return glob.matches(path);
    }

    /** As written. */
    @Override
    public String toString() {
        return text;
    }
}
