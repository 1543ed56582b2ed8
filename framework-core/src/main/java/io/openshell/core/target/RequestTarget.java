package io.openshell.core.target;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The target of a request (RFC 9112 section 3.2) in the one form that is decided on and sent: percent-decoded
 * and encoded again, without dot segments, double slashes and parameters after a semicolon. Canonical targets
 * are fixed points. What servers are known to read in more than one way is refused.
 */
public final class RequestTarget {

    /** The longest path, raw and canonical, in bytes. */
    public static final int MAX_PATH = 4096;

    /** A slash that was encoded: part of its segment, unlike a slash. */
    static final int ENCODED_SLASH = 256;

    private static final int MAX_ENCODINGS = 3;
    private static final String KEPT = "-._~!$&'()*+,;=:@";
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();
    private static final boolean[] PLAIN = new boolean[128];

    static {
        for (int c = 0; c < 128; c++) {
            PLAIN[c] = Character.isLetterOrDigit(c) || KEPT.indexOf(c) >= 0;
        }
    }

    private RequestTarget() {}

    /** What became of a target. */
    public sealed interface Result {}

    /**
     * A target to decide on and send.
     *
     * @param path begins with a slash
     * @param query as received, byte for byte, without the question mark; empty if there is none
     */
    public record Canonical(String path, String query) implements Result {

        /** What goes into the request line. */
        public String wire() {
            return query.isEmpty() ? path : path + "?" + query;
        }

        /** Whether the path needs an endpoint with {@code allow_encoded_slash}. */
        public boolean hasEncodedSlash() {
            return needsEncodedSlash(path);
        }
    }

    /**
     * Not a target.
     *
     * @param problem one line without any part of the target
     */
    public record Refused(String problem) implements Result {}

    /**
     * A target in absolute form, taken apart.
     *
     * @param scheme in lower case
     * @param authority as received
     */
    public record AbsoluteForm(String scheme, String authority) {}

    /** Whether a canonical path is refused on endpoints without {@code allow_encoded_slash}. */
    public static boolean needsEncodedSlash(String canonicalPath) {
        return canonicalPath.indexOf('%') >= 0 && parse(canonicalPath, false) instanceof Refused;
    }

    /** Scheme and authority of a target in absolute form with the scheme http or https; empty for any other. */
    public static Optional<AbsoluteForm> absolute(String raw) {
        int scheme = schemeLength(raw);
        if (scheme == 0) {
            return Optional.empty();
        }
        int from = scheme + "://".length();
        return Optional.of(new AbsoluteForm(
                raw.substring(0, scheme).toLowerCase(Locale.ROOT), raw.substring(from, authorityEnd(raw, from))));
    }

    private static int schemeLength(String raw) {
        if (raw.regionMatches(true, 0, "http://", 0, 7)) {
            return 4;
        }
        return raw.regionMatches(true, 0, "https://", 0, 8) ? 5 : 0;
    }

    private static int authorityEnd(String raw, int from) {
        int end = from;
        while (end < raw.length() && "/?#".indexOf(raw.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    /**
     * Reads a target in origin form, or in absolute form with the scheme http or https, whose authority is
     * passed over. Each character of {@code raw} is one byte as received.
     *
     * @param allowEncodedSlash whether {@code %2F} and {@code %5C} may stand in a segment
     */
    public static Result parse(String raw, boolean allowEncodedSlash) {
        Optional<String> problem = characters(raw);
        if (problem.isPresent()) {
            return new Refused(problem.get());
        }
        String path = rawPath(raw);
        int question = raw.indexOf('?', pathStart(raw));
        String query = question < 0 ? "" : raw.substring(question + 1);
        if (path.length() > MAX_PATH) {
            return new Refused("request-target exceeds the configured maximum length");
        }
        if (!path.isEmpty() && path.charAt(0) != '/') {
            return new Refused("request-target is not a valid origin-form path");
        }
        return canonicalAlready(path) ? new Canonical(path, query) : rewritten(path, query, allowEncodedSlash);
    }

    private static int pathStart(String raw) {
        int scheme = schemeLength(raw);
        return scheme == 0 ? 0 : authorityEnd(raw, scheme + "://".length());
    }

    /** The path of a target as it was received: what {@link #parse} makes canonical. */
    static String rawPath(String raw) {
        int start = pathStart(raw);
        int question = raw.indexOf('?', start);
        return raw.substring(start, question < 0 ? raw.length() : question);
    }

    private static Optional<String> characters(String raw) {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c < 0x20 || c == 0x7f) {
                return Optional.of("request-target contains a null or control byte");
            }
            if (c >= 0x80) {
                return Optional.of("request-target contains raw non-ASCII bytes; non-ASCII must be percent-encoded");
            }
            if (c == '#') {
                return Optional.of("request-target contains a fragment");
            }
        }
        return Optional.empty();
    }

    /** Whether nothing in the path needs a second look: the usual case, decided in one pass. */
    private static boolean canonicalAlready(String path) {
        if (path.isEmpty()) {
            return false;
        }
        for (int i = 1; i < path.length(); i++) {
            char c = path.charAt(i);
            boolean begins = path.charAt(i - 1) == '/';
            if (c == ';' || (begins && (c == '/' || c == '.')) || (c != '/' && !PLAIN[c])) {
                return false;
            }
        }
        return true;
    }

    private static Result rewritten(String path, String query, boolean allowEncodedSlash) {
        Decoder decoder = new Decoder(path, allowEncodedSlash);
        if (decoder.problem.isPresent()) {
            return new Refused(decoder.problem.get());
        }
        List<int[]> segments = new ArrayList<>();
        boolean open = true; // ends with a slash
        for (int[] segment : decoder.segments) {
            open = segment.length == 0 || dots(segment) > 0;
            if (dots(segment) == 2) {
                if (segments.isEmpty()) {
                    return new Refused("request-target's `..` segment would escape the path root");
                }
                segments.removeLast();
            } else if (!open) {
                segments.add(segment);
            }
        }
        if (segments.stream().anyMatch(RequestTarget::hidesDots)) {
            return new Refused("request-target still contains a `.`/`..` segment after canonicalization");
        }
        StringBuilder out = new StringBuilder();
        segments.forEach(segment -> encode(segment, out.append('/')));
        if (open || segments.isEmpty()) {
            out.append('/');
        }
        return out.length() > MAX_PATH
                ? new Refused("request-target exceeds the configured maximum length")
                : new Canonical(out.toString(), query);
    }

    /** 1 for a segment that is a dot, 2 for two dots, otherwise 0. */
    private static int dots(int[] segment) {
        for (int c : segment) {
            if (c != '.') {
                return 0;
            }
        }
        return segment.length > 2 ? 0 : segment.length;
    }

    /** Whether a server that decodes more often, or takes a backslash for a slash, would find a dot segment. */
    private static boolean hidesDots(int[] segment) {
        StringBuilder text = new StringBuilder();
        for (int c : segment) {
            text.append(c == ENCODED_SLASH || c == '\\' ? '/' : (char) c);
        }
        for (int i = 0; i < MAX_ENCODINGS; i++) {
            for (String piece : text.toString().split("/", -1)) {
                String name = piece.indexOf(';') >= 0 ? piece.substring(0, piece.indexOf(';')) : piece;
                if (text.indexOf("/") >= 0 && (name.equals(".") || name.equals(".."))) {
                    return true;
                }
                if (i > 0 && (name.equals(".") || name.equals(".."))) {
                    return true;
                }
            }
            text = decodedOnce(text);
        }
        return false;
    }

    private static StringBuilder decodedOnce(StringBuilder text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            int value = text.charAt(i) == '%' ? hexPair(text, i + 1) : -1;
            char c = value < 0 ? text.charAt(i) : (char) value;
            i += value < 0 ? 0 : 2;
            out.append(c == '\\' ? '/' : c);
        }
        return out;
    }

    private static void encode(int[] segment, StringBuilder out) {
        for (int c : segment) {
            if (c == ENCODED_SLASH) {
                out.append("%2F");
            } else if (c < 128 && PLAIN[c]) {
                out.append((char) c);
            } else {
                out.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
            }
        }
    }

    /** The value of two hexadecimal digits, or -1. */
    static int hexPair(CharSequence text, int at) {
        if (at + 1 >= text.length()) {
            return -1;
        }
        int high = Character.digit(text.charAt(at), 16);
        int low = Character.digit(text.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    /** Takes a path apart into decoded segments without parameters. */
    private static final class Decoder {

        private final String path;
        private final boolean allowEncodedSlash;
        private final List<int[]> segments = new ArrayList<>();
        private Optional<String> problem = Optional.empty();

        Decoder(String path, boolean allowEncodedSlash) {
            this.path = path;
            this.allowEncodedSlash = allowEncodedSlash;
            run();
        }

        private void run() {
            int[] segment = new int[path.length()];
            int length = 0;
            boolean parameters = false;
            int before = -1;
            for (int i = Math.min(1, path.length()); i < path.length() && problem.isEmpty(); i++) {
                char raw = path.charAt(i);
                if (raw == '/') {
                    segments.add(Arrays.copyOf(segment, length));
                    length = 0;
                    parameters = false;
                    before = -1;
                    continue;
                }
                int c = raw == '%' ? decoded(i) : byteOf(raw);
                i += raw == '%' ? 2 : 0;
                if (overlong(before, c)) {
                    refuse("request-target contains an overlong UTF-8 sequence");
                }
                before = c;
                parameters |= c == ';';
                if (!parameters) {
                    segment[length++] = c;
                }
            }
            segments.add(Arrays.copyOf(segment, length));
        }

        private void refuse(String why) {
            problem = Optional.of(why);
        }

        private int byteOf(char raw) {
            if (raw == '\\' && !allowEncodedSlash) {
                refuse("request-target contains a '\\' which is not allowed on this endpoint");
            }
            return raw;
        }

        private int decoded(int at) {
            int value = hexPair(path, at + 1);
            if (value < 0) {
                refuse("request-target contains an invalid percent-encoded sequence");
            } else if (value < 0x20 || value == 0x7f) {
                refuse("request-target contains a null or control byte");
            } else if (value == '/') {
                if (!allowEncodedSlash) {
                    refuse("request-target contains an encoded '/' (%2F) which is not allowed on this endpoint");
                }
                return ENCODED_SLASH;
            } else if (value == '\\' && !allowEncodedSlash) {
                refuse("request-target contains an encoded '\\' (%5C) which is not allowed on this endpoint");
            } else if (value == '%' && !allowEncodedSlash && encodedTwice(hexPair(path, at + 3))) {
                refuse("request-target contains a separator that is encoded twice, which is not allowed on this"
                        + " endpoint");
            }
            return value;
        }

        /** Whether a second decoding would give what the first must not give. */
        private static boolean encodedTwice(int value) {
            return value == '.'
                    || value == '/'
                    || value == '\\'
                    || value == ';'
                    || value == '%'
                    || (value >= 0 && value < 0x20);
        }

        /** RFC 3629 section 3: bytes that begin a longer encoding than needed. */
        private static boolean overlong(int before, int c) {
            return c == 0xc0
                    || c == 0xc1
                    || (before == 0xe0 && c >= 0x80 && c < 0xa0)
                    || (before == 0xf0 && c >= 0x80 && c < 0x90);
        }
    }
}
