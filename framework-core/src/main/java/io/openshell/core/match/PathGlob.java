package io.openshell.core.match;

/**
 * The glob of a rule's path, over canonical paths: {@code *} is any run inside one segment, {@code **} as a whole
 * segment is any number of segments, {@code ?} is one character other than a slash; {@code [a-z]}, {@code [!x]}
 * and <code>{a,b}</code> as usual, a class never matching a slash; a backslash makes the next character literal.
 * {@code /repos/**} matches {@code /repos/} and everything below, not {@code /repos}. Immutable; linear time.
 */
public final class PathGlob {

    private final String text;
    private final Glob glob;

    private PathGlob(String text, Glob glob) {
        this.text = text;
        this.glob = glob;
    }

    /** @throws IllegalArgumentException if the glob is malformed; the message says where and why */
    public static PathGlob compile(String text) {
        return new PathGlob(text, Glob.compile(text, Dialect.PATH));
    }

    /** The glob that matches this path and nothing else. */
    public static String quote(String path) {
        StringBuilder out = new StringBuilder();
        path.codePoints().forEach(c -> {
            if ("*?[]{}\\".indexOf(c) >= 0) {
                out.append('\\');
            }
            out.appendCodePoint(c);
        });
        return out.toString();
    }

    /** Whether the whole path matches. */
    public boolean matches(String path) {
        return glob.matches(path);
    }

    @Override
    public String toString() {
        return text;
    }
}
