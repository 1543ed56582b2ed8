package io.openshell.core.credential;

import io.openshell.api.credential.Secret;
import io.openshell.api.credential.Vault;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * Puts secrets in the place of one request's placeholders, part by part. Pure: nothing is kept between calls. What is
 * refused must keep the whole request from being sent. Any thread.
 */
public final class RequestCredentials {

    private static final String HEADER_SHAPES =
            "a header that is one placeholder, SCHEME and one placeholder, or Basic";
    private static final String QUERY_SHAPES = "a query's values";
    private static final String PATH_SHAPES = "plain or percent-encoded once, within a segment";
    private static final String BASIC = "Basic ";

    private final BoundCredentials credentials;
    private final String path;
    private final boolean tls;

    RequestCredentials(BoundCredentials credentials, String path, boolean tls) {
        this.credentials = credentials;
        this.path = path;
        this.tls = tls;
    }

    /** The secrets that this request may carry. */
    public Vault vault() {
        return credentials.vault(path, tls);
    }

    /**
     * A header field's value: one placeholder, a word and one placeholder, or Basic with placeholders inside.
     *
     * @param name in any case
     * @param value trimmed
     */
    public Rewriting header(String name, String value) {
        String place = "header " + name.toLowerCase(Locale.ROOT);
        if (MarkerScan.finds(name)) {
            return new Rewriting.Refused(CredentialRefusal.misplaced("a header's name", HEADER_SHAPES));
        }
        if (value.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return basic(place, value);
        }
        if (!MarkerScan.finds(value)) {
            return Rewriting.UNCHANGED;
        }
        Replacements replacements = replacements(place);
        replacements.find(Decoded.plain(value, 0, value.length()), Escaping.NONE);
        boolean fits = replacements.refusal() != null
                || replacements.isExactly(0, value.length())
                || (!replacements.isEmpty()
                        && replacements.isExactly(replacements.firstFrom(), value.length())
                        && isWord(value, replacements.firstFrom()));
        return fits
                ? replacements.apply(value, HEADER_SHAPES)
                : new Rewriting.Refused(CredentialRefusal.misplaced(place, HEADER_SHAPES));
    }

    /** Whether what stands before an index is a token and spaces. */
    private static boolean isWord(String value, int end) {
        int space = value.indexOf(' ');
        return space > 0
                && value.substring(space, end).isBlank()
                && value.chars()
                        .limit(space)
                        .allMatch(c -> c > ' ' && c < 0x7f && "\",;()<>@:\\/[]?={}".indexOf(c) < 0);
    }

    private Rewriting basic(String place, String value) {
        String encoded = value.substring(BASIC.length()).strip();
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException notBase64) {
            return unlessMarked(place, value, HEADER_SHAPES);
        }
        if (!MarkerScan.finds(bytes, 0, bytes.length)) {
            return unlessMarked(place, encoded, HEADER_SHAPES);
        }
        Optional<String> text = Utf8Text.of(bytes);
        if (text.isEmpty()) {
            return new Rewriting.Refused(CredentialRefusal.misplaced(place, "Basic in UTF-8"));
        }
        Replacements replacements = replacements(place);
        replacements.find(Decoded.plain(text.get(), 0, text.get().length()), Escaping.NONE);
        return switch (replacements.apply(text.get(), HEADER_SHAPES)) {
            case Rewriting.Changed(Secret plain) -> basic(value.substring(0, BASIC.length()), plain);
            case Rewriting other -> other;
        };
    }

    private static Rewriting basic(String scheme, Secret plain) {
        try (plain;
                SecretBuffer out = new SecretBuffer(plain.length() * 2)) {
            out.add(scheme, 0, scheme.length());
            plain.reveal(bytes -> {
                byte[] encoded = Base64.getEncoder().encode(bytes);
                out.add(encoded);
                Arrays.fill(encoded, (byte) 0);
            });
            return new Rewriting.Changed(out.take());
        }
    }

    /**
     * A query: placeholders anywhere in the values, percent-encoded or not. What is around them stays as it is.
     *
     * @param query as on the wire, without the question mark
     */
    public Rewriting query(String query) {
        if (!MarkerScan.finds(query)) {
            return Rewriting.UNCHANGED;
        }
        Replacements replacements = replacements("query");
        Pieces.of(query, '&', (from, to) -> {
            int equals = query.indexOf('=', from);
            if (equals >= 0 && equals < to) {
                replacements.find(Decoded.percent(query, equals + 1, to, false), Escaping.QUERY);
            }
        });
        return replacements.apply(query, QUERY_SHAPES);
    }

    /** The request's canonical path: placeholders anywhere in its segments, whose number and names stay what they are. */
    public Rewriting path() {
        if (!MarkerScan.finds(path)) {
            return Rewriting.UNCHANGED;
        }
        Replacements replacements = replacements("path");
        Pieces.of(path, '/', (from, to) -> replacements.find(Decoded.percent(path, from, to, false), Escaping.SEGMENT));
        Rewriting rewriting = replacements.apply(path, PATH_SHAPES);
        if (rewriting instanceof Rewriting.Changed(Secret changed) && hasDotSegment(changed)) {
            changed.close();
            return new Rewriting.Refused(CredentialRefusal.misplaced("path", "a value that is no dot segment"));
        }
        return rewriting;
    }

    private static boolean hasDotSegment(Secret changed) {
        boolean[] dots = new boolean[1];
        changed.reveal(bytes -> {
            int start = 0;
            for (int i = 0; i <= bytes.length; i++) {
                if (i == bytes.length || bytes[i] == '/') {
                    int length = i - start;
                    boolean one = length >= 1 && bytes[start] == '.';
                    dots[0] |= one && (length == 1 || (length == 2 && bytes[start + 1] == '.'));
                    start = i + 1;
                }
            }
        });
        return dots[0];
    }

    /**
     * A body of an endpoint that opted in: the values of JSON strings, of a form's fields, or a text.
     *
     * @param contentType the field's value; empty if there is none
     * @param contentEncoding the field's value; empty if there is none
     * @param body all of it, at most {@link CredentialLimits#BODY_BYTES}
     */
    public Rewriting body(String contentType, String contentEncoding, byte[] body) {
        return new BodyRewriting(replacements("body")).rewrite(contentType, contentEncoding, body);
    }

    /** A text message of a connection whose endpoint opted in: JSON if it is JSON, otherwise plain text. */
    public Rewriting text(String message) {
        return MarkerScan.finds(message)
                ? new BodyRewriting(replacements("text message")).message(message)
                : Rewriting.UNCHANGED;
    }

    /** What is not rewritten, and must not hold a placeholder. */
    static Rewriting unlessMarked(String place, String text, String expected) {
        return MarkerScan.finds(text)
                ? new Rewriting.Refused(CredentialRefusal.misplaced(place, expected))
                : Rewriting.UNCHANGED;
    }

    private Replacements replacements(String place) {
        return new Replacements(credentials, path, tls, place);
    }

    @Override
    public String toString() {
        return "RequestCredentials[" + credentials + "]";
    }
}
