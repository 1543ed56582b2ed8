package io.openshell.cli;

import io.openshell.core.target.HostName;
import java.util.Locale;
import java.util.Map;

/**
 * What a URL on the command line asks for.
 *
 * @param host in canonical form
 * @param port from the URL, or its scheme's
 * @param target path and query as they would stand in a request
 */
record ExplainTarget(String host, int port, String target) {

    private static final Map<String, Integer> DEFAULT_PORTS = Map.of("http", 80, "ws", 80, "https", 443, "wss", 443);

    /**
     * Reads {@code scheme://host[:port][/path][?query]} or {@code host:port}.
     *
     * @throws CommandFailure with {@code status} if it is neither
     */
    static ExplainTarget parse(String url, int status) throws CommandFailure {
        int mark = url.indexOf("://");
        String scheme = mark < 0 ? "" : url.substring(0, mark).toLowerCase(Locale.ROOT);
        if (mark >= 0 && !DEFAULT_PORTS.containsKey(scheme)) {
            throw refused(status, url, "a URL with http, https, ws or wss, or HOST:PORT");
        }
        String rest = mark < 0 ? url : url.substring(mark + 3);
        int end = endOfAuthority(rest);
        String authority = rest.substring(0, end);
        String target = rest.substring(end);
        int colon = authority.endsWith("]") ? -1 : authority.lastIndexOf(':');
        String host = colon < 0 ? authority : authority.substring(0, colon);
        int port = colon < 0
                ? DEFAULT_PORTS.getOrDefault(scheme, 0)
                : port(authority.substring(colon + 1), url, status);
        if (port == 0) {
            throw refused(status, url, "a port from 1 to 65535");
        }
        return switch (HostName.canonical(host)) {
            case HostName.Canonical canonical ->
                new ExplainTarget(canonical.host(), port, target.startsWith("/") ? target : "/" + target);
            case HostName.Refused problem -> throw refused(status, url, "a host; " + problem.problem());
        };
    }

    private static int endOfAuthority(String rest) {
        for (int i = 0; i < rest.length(); i++) {
            if (rest.charAt(i) == '/' || rest.charAt(i) == '?') {
                return i;
            }
        }
        return rest.length();
    }

    private static int port(String text, String url, int status) throws CommandFailure {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw refused(status, url, "a port from 1 to 65535");
        }
        throw refused(status, url, "a port from 1 to 65535");
    }

    private static CommandFailure refused(int status, String url, String expected) {
        return new CommandFailure(status, "URL: " + url + " (expected: " + expected + ")");
    }
}
