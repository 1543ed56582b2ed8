package io.openshell.core.match;

/**
 * A glob over a value, in which a dot separates: {@code *} and {@code ?} do not cross a dot, {@code **} does and
 * may stand anywhere, a slash is a character like any other: {@code 1.*} does not match {@code 1.2.3},
 * {@code 1.**} does. Classes, braces and the backslash are as in {@link PathGlob}. Immutable; linear time.
 */
public final class TextGlob {

    private final String text;
    private final Glob glob;

    private TextGlob(String text, Glob glob) {
        this.text = text;
        this.glob = glob;
    }

    /** @throws IllegalArgumentException if the glob is malformed; the message says where and why */
    public static TextGlob compile(String text) {
        return new TextGlob(text, Glob.compile(text, Dialect.TEXT));
    }

    /** Whether the whole value matches. */
    public boolean matches(String value) {
        return glob.matches(value);
    }

    @Override
    public String toString() {
        return text;
    }
}
