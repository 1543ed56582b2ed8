package io.openshell.core.match;

import java.util.ArrayList;
import java.util.List;

/**
 * Globs again, written for being obvious: braces are multiplied out, the rest goes back and forth over the text.
 * Exponential, and the reference that the real matchers are compared with.
 */
final class NaiveGlob {

    private final char separator;
    private final boolean segments;

    private NaiveGlob(char separator, boolean segments) {
        this.separator = separator;
        this.segments = segments;
    }

    static boolean path(String glob, String text) {
        return new NaiveGlob('/', true).any(glob, text);
    }

    static boolean text(String glob, String text) {
        return new NaiveGlob('.', false).any(glob, text);
    }

    private boolean any(String glob, String text) {
        return expand(glob).stream().anyMatch(it -> match(it, 0, text, 0));
    }

    /** {@code a{b,c}d} is {@code abd} and {@code acd}; innermost braces first. */
    private static List<String> expand(String glob) {
        int close = glob.indexOf('}');
        if (close < 0) {
            return List.of(glob);
        }
        int open = glob.lastIndexOf('{', close);
        List<String> all = new ArrayList<>();
        for (String option : glob.substring(open + 1, close).split(",", -1)) {
            all.addAll(expand(glob.substring(0, open) + option + glob.substring(close + 1)));
        }
        return all;
    }

    private boolean match(String glob, int g, String text, int t) {
        if (g == glob.length()) {
            return t == text.length();
        }
        if (glob.startsWith("**", g)) {
            return doubleStar(glob, g, text, t);
        }
        char c = glob.charAt(g);
        if (c == '*') {
            return match(glob, g + 1, text, t)
                    || (t < text.length() && text.charAt(t) != separator && match(glob, g, text, t + 1));
        }
        if (t == text.length()) {
            return false;
        }
        char at = text.charAt(t);
        if (c == '?') {
            return at != separator && match(glob, g + 1, text, t + 1);
        }
        if (c == '[') {
            int close = glob.indexOf(']', g);
            String members = glob.substring(g + 1, close);
            boolean negated = members.startsWith("!");
            boolean in = (negated ? members.substring(1) : members).indexOf(at) >= 0;
            return at != separator && in != negated && match(glob, close + 1, text, t + 1);
        }
        return c == at && match(glob, g + 1, text, t + 1);
    }

    private boolean doubleStar(String glob, int g, String text, int t) {
        boolean slash = segments && g + 2 < glob.length();
        if (slash && match(glob, g + 3, text, t)) {
            return true; // no segment at all
        }
        for (int end = t; end <= text.length(); end++) {
            boolean ends = !slash || (end < text.length() && text.charAt(end) == separator);
            if (ends && match(glob, slash ? g + 3 : g + 2, text, slash ? end + 1 : end)) {
                return true;
            }
        }
        return false;
    }
}
