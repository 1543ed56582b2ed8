package io.openshell.core.credential;

import io.openshell.api.credential.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The placeholders of one part of a request, found one stretch after the other, and the part with the secrets in their
 * places. Used once.
 */
final class Replacements {

    private final BoundCredentials credentials;
    private final String path;
    private final boolean tls;
    private final String place;
    private final List<Replacement> found = new ArrayList<>();
    private @Nullable CredentialRefusal refusal;

    private record Replacement(int from, int to, Credential credential, Escaping escaping) {}

    /** @param place names the part in reasons */
    Replacements(BoundCredentials credentials, String path, boolean tls, String place) {
        this.credentials = credentials;
        this.path = path;
        this.tls = tls;
        this.place = place;
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** What is wrong, as soon as anything is. */
    @Nullable
    CredentialRefusal refusal() {
        return refusal;
    }

    /** Whether the one placeholder found reaches from here to there. */
    boolean isExactly(int from, int to) {
        return found.size() == 1
                && found.getFirst().from() == from
                && found.getFirst().to() == to;
    }

    /** Where the first placeholder begins. */
    int firstFrom() {
        return found.getFirst().from();
    }

    /** Finds the placeholders of a stretch, which follows those before. */
    void find(Decoded stretch, Escaping escaping) {
        String text = stretch.text();
        int at = 0;
        while (refusal == null) {
            int canonical = text.indexOf(Placeholders.CANONICAL, at);
            int alias = text.indexOf(Placeholders.ALIAS, at);
            if (canonical < 0 && alias < 0) {
                return;
            }
            at = alias < 0 || (canonical >= 0 && canonical < alias)
                    ? canonical(stretch, text, canonical, escaping)
                    : alias(stretch, text, at, alias, escaping);
        }
    }

    /**
     * A canonical placeholder ends where no key character follows, or where the next one begins. Among its possible ends
     * the longest name that is known counts.
     */
    private int canonical(Decoded stretch, String text, int start, Escaping escaping) {
        int from = start + Placeholders.CANONICAL.length();
        int run = from;
        while (run < text.length() && isKeyCharacter(text.charAt(run))) {
            run++;
        }
        for (int end = run; end > from; end--) {
            boolean ends = end == run || text.startsWith(Placeholders.CANONICAL, end);
            if (ends && credentials.knows(text.substring(from, end))) {
                add(stretch, start, end, text.substring(from, end), escaping);
                return end;
            }
        }
        refusal = run == from ? CredentialRefusal.malformed(place) : CredentialRefusal.of(Resolution.UNKNOWN, place);
        return run;
    }

    /** An alias stands alone: the whole run of its characters is prefix, marker and key. */
    private int alias(Decoded stretch, String text, int before, int marker, Escaping escaping) {
        int start = marker;
        while (start > 0 && isAliasCharacter(text.charAt(start - 1))) {
            start--;
        }
        int from = marker + Placeholders.ALIAS.length();
        int end = from;
        boolean key = true;
        while (end < text.length() && isAliasCharacter(text.charAt(end))) {
            key &= isKeyCharacter(text.charAt(end));
            end++;
        }
        boolean glued = start < before || (start == before && before > 0);
        if (start == marker || end == from || !key || glued) {
            refusal = CredentialRefusal.malformed(place);
            return end;
        }
        add(stretch, start, end, text.substring(from, end), escaping);
        return end;
    }

    private void add(Decoded stretch, int start, int end, String name, Escaping escaping) {
        Resolution resolution = credentials.find(name, path, tls);
        if (resolution instanceof Resolution.Found(Credential credential)) {
            found.add(new Replacement(stretch.rawIndex(start), stretch.rawIndex(end), credential, escaping));
        } else {
            refusal = CredentialRefusal.of(resolution, place);
        }
    }

    /** The part with the secrets in it; never with a marker left anywhere. */
    Rewriting apply(String raw, String expected) {
        try (SecretBuffer out = new SecretBuffer(raw.length() * 2)) {
            CredentialRefusal problem = write(raw, out);
            if (problem != null) {
                return new Rewriting.Refused(problem);
            }
            if (MarkerScan.finds(out.array(), 0, out.length())) {
                return new Rewriting.Refused(CredentialRefusal.misplaced(place, expected));
            }
            return isEmpty() ? Rewriting.UNCHANGED : new Rewriting.Changed(out.take());
        }
    }

    /** Writes the part; what comes back is why not. */
    @Nullable
    CredentialRefusal write(String raw, SecretBuffer out) {
        if (refusal != null) {
            return refusal;
        }
        int at = 0;
        for (Replacement replacement : found) {
            out.add(raw, at, replacement.from());
            if (!put(replacement, out)) {
                return refusal;
            }
            at = replacement.to();
        }
        out.add(raw, at, raw.length());
        return null;
    }

    private boolean put(Replacement replacement, SecretBuffer out) {
        Credential credential = replacement.credential();
        Optional<Secret> copy = credential.copy();
        if (copy.isEmpty()) {
            refusal = CredentialRefusal.of(new Resolution.Found(credential), place);
            return false;
        }
        try (Secret secret = copy.get()) {
            secret.reveal(bytes -> {
                if (replacement.escaping().admits(bytes)) {
                    replacement.escaping().write(bytes, out);
                } else {
                    refusal = CredentialRefusal.unfit(credential.key(), place);
                }
            });
        }
        return refusal == null;
    }

    private static boolean isKeyCharacter(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }

    private static boolean isAliasCharacter(char c) {
        return isKeyCharacter(c) || c == '.' || c == '~' || c == '-';
    }
}
