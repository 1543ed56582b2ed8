package io.openshell.plugin.sigv4;

import static java.util.stream.Collectors.joining;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;

/**
 * Path and query as they are signed.
 *
 * @param path the canonical URI
 * @param query the canonical query string; empty for none
 */
record CanonicalTarget(String path, String query) {

    /**
     * Reads a target.
     *
     * @param target as on the wire
     */
    static CanonicalTarget of(String target, ServiceRules rules) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? "" : target.substring(mark + 1);
        return new CanonicalTarget(
                rules.pathAsItIs() ? encodedOnce(path) : encodedOnceMore(path), canonicalQuery(query));
    }

    /** Each segment without its encoding, encoded: the wire may leave more characters as they are. */
    private static String encodedOnce(String path) {
        return Arrays.stream(path.split("/", -1))
                .map(segment -> UriEncoding.encode(UriEncoding.decode(segment)))
                .collect(joining("/"));
    }

    private static String encodedOnceMore(String path) {
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : path.split("/", -1)) {
            switch (segment) {
                case "", "." -> {}
                case ".." -> segments.pollLast();
                default -> segments.addLast(UriEncoding.encode(segment));
            }
        }
        boolean endsInSlash = path.endsWith("/") && !segments.isEmpty();
        return segments.stream().collect(joining("/", "/", endsInSlash ? "/" : ""));
    }

    private record Parameter(String name, String value) {

        /** What stands between two ampersands; a plus is a space there (the form encoding of HTML). */
        static Parameter of(String text) {
            int equals = text.indexOf('=');
            return equals < 0
                    ? new Parameter(reencoded(text), "")
                    : new Parameter(reencoded(text.substring(0, equals)), reencoded(text.substring(equals + 1)));
        }

        private static String reencoded(String text) {
            return UriEncoding.encode(UriEncoding.decode(text.replace('+', ' ')));
        }
    }

    private static String canonicalQuery(String query) {
        return Arrays.stream(query.split("&"))
                .filter(text -> !text.isEmpty())
                .map(Parameter::of)
                .sorted(Comparator.comparing(Parameter::name).thenComparing(Parameter::value))
                .map(parameter -> parameter.name() + "=" + parameter.value())
                .collect(joining("&"));
    }
}
