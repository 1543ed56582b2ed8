package io.openshell.core.match;

import io.openshell.core.target.HostName;
import java.util.Locale;

/**
 * An endpoint's host: a name or address, or a glob over labels. Wildcards stand in the first label only: there
 * {@code *}, {@code ?} and {@code [a-z]} stay within the label, and a first label that is exactly {@code **} is one
 * or more labels. Addresses are matched by exact patterns alone. Immutable; linear time.
 */
public final class HostPattern {

    /** How the first label is compared. */
    public enum Kind {
        /** No wildcard: the whole host is compared. */
        EXACT,
        /** A glob that is exactly one label. */
        LABEL,
        /** {@code **}: one or more labels. */
        LABELS
    }

    private static final String WILDCARDS = "*?[]";
    private static final Glob NO_GLOB = Glob.compile("", Dialect.LABEL);

    private final String text;
    private final Kind kind;
    private final Glob firstLabel;
    private final String rest;

    private HostPattern(String text, Kind kind, Glob firstLabel, String rest) {
        this.text = text;
        this.kind = kind;
        this.firstLabel = firstLabel;
        this.rest = rest;
    }

    /** @throws IllegalArgumentException if this is neither a host nor a pattern that is accepted; the message says why */
    public static HostPattern compile(String text) {
        if (text.startsWith("[") || text.chars().noneMatch(c -> WILDCARDS.indexOf(c) >= 0)) {
            String host = name(text);
            return new HostPattern(host, Kind.EXACT, NO_GLOB, host);
        }
        String lower = text.toLowerCase(Locale.ROOT);
        String pattern = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        int dot = pattern.indexOf('.');
        String first = dot < 0 ? pattern : pattern.substring(0, dot);
        String rest = dot < 0 ? "" : pattern.substring(dot + 1);
        requireNarrow(text, first, rest);
        if (address(name(rest))) {
            throw new IllegalArgumentException(text + ": wildcard before an address (expected: a name or one address)");
        }
        if (first.equals("**")) {
            return new HostPattern(pattern, Kind.LABELS, NO_GLOB, rest);
        }
        return new HostPattern(pattern, Kind.LABEL, label(text, first), rest);
    }

    private static String name(String text) {
        return switch (HostName.parse(text)) {
            case HostName.Canonical canonical -> canonical.host();
            case HostName.Refused refused -> throw new IllegalArgumentException(refused.problem());
        };
    }

    private static void requireNarrow(String text, String first, String rest) {
        if (rest.isEmpty()) {
            throw new IllegalArgumentException(text
                    + ": host wildcard matches all hosts (expected: a subdomain wildcard" + " like '*.example.com')");
        }
        if (rest.endsWith(".")) {
            throw new IllegalArgumentException(text + ": empty label (expected: at most one dot at the end)");
        }
        if (rest.indexOf('.') < 0) {
            throw new IllegalArgumentException(text + ": TLD wildcard matches every host below a top-level domain"
                    + " (expected: a subdomain wildcard like '*.example.com')");
        }
        if (first.contains("**") && !first.equals("**")) {
            throw new IllegalArgumentException(
                    text + ": '**' is glued to other characters (expected: '**' as the whole first label)");
        }
        if (rest.chars().anyMatch(c -> WILDCARDS.indexOf(c) >= 0)) {
            throw new IllegalArgumentException(
                    text + ": wildcard outside the first label (expected: such as '*.example.com')");
        }
    }

    private static Glob label(String text, String first) {
        boolean fine =
                first.chars().allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || "-_*?[]!^".indexOf(c) >= 0));
        if (!fine) {
            throw new IllegalArgumentException(text
                    + ": a character that no host has (expected: letters, digits, '-', '_', '*', '?' and '[...]')");
        }
        return Glob.compile(first, Dialect.LABEL);
    }

    public Kind kind() {
        return kind;
    }

    /** The host itself if exact; otherwise what follows the first label, without the dot. */
    public String rest() {
        return rest;
    }

    /** Whether a canonical host matches. */
    public boolean matches(String host) {
        if (kind == Kind.EXACT) {
            return host.equals(rest);
        }
        int before = host.length() - rest.length() - 1;
        return before > 0
                && !address(host)
                && host.charAt(before) == '.'
                && host.endsWith(rest)
                && matchesBefore(host, before);
    }

    /**
     * Whether what stands before the dot at {@code dot} matches the first label, when the rest is known to match
     * and the host is no address.
     */
    public boolean matchesBefore(String host, int dot) {
        return switch (kind) {
            case EXACT -> false;
            case LABELS -> dot > 0;
            case LABEL -> host.indexOf('.') == dot && firstLabel.matches(host, 0, dot);
        };
    }

    /** Whether a canonical host is an address rather than a name: no name has a colon or a last label of digits. */
    public static boolean address(String host) {
        if (host.isEmpty() || host.indexOf(':') >= 0) {
            return true;
        }
        char last = host.charAt(host.length() - 1);
        return last >= '0'
                && last <= '9'
                && host.substring(host.lastIndexOf('.') + 1).chars().allMatch(Character::isDigit);
    }

    /** In lower case, otherwise as written. */
    @Override
    public String toString() {
        return text;
    }
}
