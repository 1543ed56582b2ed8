package io.openshell.core.target;

import java.util.Optional;

/**
 * A path in the encoding that the client chose, for receivers to whom the encoding matters: to S3 a plus that is not
 * encoded may be a space.
 */
public final class SentPath {

    private static final int ENCODED_LENGTH = 3;

    private SentPath() {}

    /**
     * The path as the client encoded it. Characters that must not stand in a target (RFC 3986 section 3.3) are encoded.
     *
     * @param target as received; its path is what was made canonical
     * @param canonical what was decided on
     * @return empty if the two differ in more than which characters are encoded: where an empty segment, a dot segment or a
     *     parameter was left out, a receiver that takes paths as they are would be asked for something else
     */
    public static Optional<String> of(String target, String canonical) {
        String raw = RequestTarget.rawPath(target);
        String sent = raw.isEmpty() ? "/" : raw;
        StringBuilder path = new StringBuilder(sent.length());
        int at = 0;
        int decided = 0;
        while (at < sent.length() && decided < canonical.length()) {
            int unit = unit(sent, at);
            if (unit < 0 || unit != unit(canonical, decided)) {
                return Optional.empty();
            }
            int next = at + length(sent, at);
            int nextDecided = decided + length(canonical, decided);
            if (sent.charAt(at) == '%') {
                path.append(sent, at, next);
            } else {
                path.append(canonical, decided, nextDecided);
            }
            at = next;
            decided = nextDecided;
        }
        return at == sent.length() && decided == canonical.length() ? Optional.of(path.toString()) : Optional.empty();
    }

    private static int length(String path, int at) {
        return path.charAt(at) == '%' ? ENCODED_LENGTH : 1;
    }

    /** What stands there, decoded; negative for what is no encoding. */
    private static int unit(String path, int at) {
        char c = path.charAt(at);
        if (c != '%') {
            return c;
        }
        int value = RequestTarget.hexPair(path, at + 1);
        return value == '/' ? RequestTarget.ENCODED_SLASH : value;
    }
}
