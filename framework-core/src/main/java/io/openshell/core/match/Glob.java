package io.openshell.core.match;

import java.util.List;

/**
 * A compiled glob of any dialect: the literal text at both ends is compared as text, and only what is between
 * them, if it is more than one plain wildcard, goes through an automaton. Immutable; allocates nothing when it
 * matches, save for globs of more than 64 positions.
 */
final class Glob {

    private final String prefix;
    private final String suffix;
    private final Middle middle;

    /** What stands between the literal ends. */
    private sealed interface Middle {

        boolean matches(String text, int from, int to);

        record Nothing() implements Middle {
            @Override
            public boolean matches(String text, int from, int to) {
                return from == to;
            }
        }

        /** Any characters but one. */
        record Wild(int excluded) implements Middle {
            @Override
            public boolean matches(String text, int from, int to) {
                int found = excluded == CharSet.NOTHING ? -1 : text.indexOf(excluded, from);
                return found < 0 || found >= to;
            }
        }

        record Other(Automaton automaton) implements Middle {
            @Override
            public boolean matches(String text, int from, int to) {
                return automaton.matches(text, from, to);
            }
        }
    }

    private Glob(String prefix, Middle middle, String suffix) {
        this.prefix = prefix;
        this.middle = middle;
        this.suffix = suffix;
    }

    /** @throws IllegalArgumentException if the glob is malformed; the message says where and why */
    static Glob compile(String text, Dialect dialect) {
        return of(new GlobParser(text, dialect).parse());
    }

    static Glob of(List<Node> parts) {
        int from = 0;
        StringBuilder prefix = new StringBuilder();
        while (from < parts.size() && literal(parts.get(from))) {
            prefix.appendCodePoint(codePoint(parts.get(from++)));
        }
        int to = parts.size();
        while (to > from && literal(parts.get(to - 1))) {
            to--;
        }
        StringBuilder suffix = new StringBuilder();
        parts.subList(to, parts.size()).forEach(part -> suffix.appendCodePoint(codePoint(part)));
        return new Glob(prefix.toString(), middle(parts.subList(from, to)), suffix.toString());
    }

    private static Middle middle(List<Node> parts) {
        if (parts.isEmpty()) {
            return new Middle.Nothing();
        }
        if (parts.size() == 1
                && parts.getFirst() instanceof Node.Run run
                && run.set().wild()) {
            return new Middle.Wild(run.set().excluded());
        }
        return new Middle.Other(Automaton.of(parts));
    }

    private static boolean literal(Node part) {
        return part instanceof Node.One one && one.set().single();
    }

    private static int codePoint(Node part) {
        return ((Node.One) part).set().codePoint();
    }

    boolean matches(String text) {
        return matches(text, 0, text.length());
    }

    /** Whether the text from {@code from} to before {@code to} matches as a whole. */
    boolean matches(String text, int from, int to) {
        int inner = from + prefix.length();
        int outer = to - suffix.length();
        return inner <= outer
                && text.startsWith(prefix, from)
                && text.startsWith(suffix, outer)
                && middle.matches(text, inner, outer);
    }
}
