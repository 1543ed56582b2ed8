package io.openshell.core.credential;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * All ways of writing a placeholder's marker that are looked for, as a graph without circles: each character of it as it
 * is, percent-encoded up to three times over, or as an escape of JSON behind up to four backslashes, in any mixture, with
 * the zero bytes of UTF-16 and UTF-32 between them; and the whole in base64 at each of the three alignments.
 */
final class MarkerPaths {

    /** Where every path begins. */
    static final int START = 0;

    private static final int PERCENT_DEPTH = 3;
    private static final int BACKSLASHES = 4;
    private static final int ZEROS = 3;

    private final List<List<Edge>> edges = new ArrayList<>();
    private final int end;

    /** @param octet the byte that is read; negative for none */
    record Edge(int octet, int to) {}

    MarkerPaths(String... markers) {
        node();
        end = node();
        for (String marker : markers) {
            addSpelled(marker);
            for (int alignment = 0; alignment < 3; alignment++) {
                addLiteral(base64(marker, alignment));
            }
        }
    }

    /** The node that a complete marker ends at. */
    int end() {
        return end;
    }

    int size() {
        return edges.size();
    }

    List<Edge> from(int node) {
        return edges.get(node);
    }

    private void addSpelled(String marker) {
        int at = START;
        for (int i = 0; i < marker.length(); i++) {
            int next = i == marker.length() - 1 ? end : node();
            int from = i == 0 ? START : zeros(at);
            char c = marker.charAt(i);
            edge(from, c, next);
            addPercent(from, c, next);
            addEscapes(from, c, next);
            at = next;
        }
    }

    /** {@code %XX}, {@code %25XX} and so on. */
    private void addPercent(int from, char c, int next) {
        int at = step(from, '%');
        for (int depth = 0; depth < PERCENT_DEPTH; depth++) {
            addHex(at, c, next);
            at = step(step(at, '2'), '5');
        }
    }

    /** A backslash or several, then {@code u00XX} or {@code xXX}. */
    private void addEscapes(int from, char c, int next) {
        int digits = node();
        int at = from;
        for (int i = 0; i < BACKSLASHES; i++) {
            at = step(at, '\\');
            edge(step(step(at, 'u'), '0'), '0', digits);
            edge(at, 'x', digits);
        }
        addHex(digits, c, next);
    }

    private void addHex(int from, char c, int next) {
        int between = node();
        for (char digit : both(Character.forDigit(c >> 4, 16))) {
            edge(from, digit, between);
        }
        for (char digit : both(Character.forDigit(c & 15, 16))) {
            edge(between, digit, next);
        }
    }

    private static char[] both(char digit) {
        char upper = Character.toUpperCase(digit);
        return upper == digit ? new char[] {digit} : new char[] {digit, upper};
    }

    private int zeros(int from) {
        int behind = node();
        edge(from, -1, behind);
        int at = from;
        for (int i = 0; i < ZEROS; i++) {
            at = step(at, 0);
            edge(at, -1, behind);
        }
        return behind;
    }

    private void addLiteral(String text) {
        int at = START;
        for (int i = 0; i < text.length() - 1; i++) {
            at = step(at, text.charAt(i));
        }
        edge(at, text.charAt(text.length() - 1), end);
    }

    /** What is certain of a text's base64 form when so many bytes stand before it. */
    private static String base64(String text, int alignment) {
        String encoded =
                Base64.getEncoder().encodeToString(("\0".repeat(alignment) + text).getBytes(StandardCharsets.US_ASCII));
        int bits = (alignment + text.length()) * 8;
        return encoded.substring((alignment * 8 + 5) / 6, bits / 6);
    }

    private int node() {
        edges.add(new ArrayList<>());
        return edges.size() - 1;
    }

    private int step(int from, int octet) {
        int to = node();
        edge(from, octet, to);
        return to;
    }

    private void edge(int from, int octet, int to) {
        edges.get(from).add(new Edge(octet, to));
    }
}
