package io.openshell.cli;

import io.openshell.core.decide.ConnectionFacts;
import io.openshell.core.decide.PlannedRequest;
import io.openshell.core.target.HostName;
import io.openshell.core.target.QueryParameters;
import io.openshell.core.target.RequestTarget;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a URL on the command line asks for.
 *
 * @param host in canonical form
 * @param port from the URL, or its scheme's
 * @param target path and query as they would stand in a request; empty for a connection
 * @param websocket whether the scheme is that of a WebSocket
 */
record ExplainTarget(String host, int port, String target, boolean websocket) {

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
        int port =
                colon < 0 ? DEFAULT_PORTS.getOrDefault(scheme, 0) : port(authority.substring(colon + 1), url, status);
        if (port == 0) {
            throw refused(status, url, "a port from 1 to 65535");
        }
        return switch (HostName.parse(host)) {
            case HostName.Canonical canonical ->
                new ExplainTarget(
                        canonical.host(), port, mark < 0 ? target : fromRoot(target), scheme.startsWith("ws"));
            case HostName.Refused problem -> throw refused(status, url, "a host; " + problem.problem());
        };
    }

    /** The request that it is, if it is one. */
    Optional<PlannedRequest> request(ConnectionFacts facts, String method, int status) throws CommandFailure {
        if (target.isEmpty()) {
            return Optional.empty();
        }
        if (!(RequestTarget.parse(target, true) instanceof RequestTarget.Canonical canonical)) {
            throw refused(status, target, "a path that the proxy would accept");
        }
        if (!(QueryParameters.parse(canonical.query()) instanceof QueryParameters.Parsed query)) {
            throw refused(status, target, "a query that the proxy would accept");
        }
        PlannedRequest request = PlannedRequest.of(facts, method, canonical.path(), query.values());
        return Optional.of(websocket ? WebsocketQuestion.handshake(request) : request);
    }

    private static String fromRoot(String target) {
        return target.startsWith("/") ? target : "/" + target;
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
