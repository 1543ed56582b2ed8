package io.openshell.core.event;

import java.util.Objects;

/**
 * One HTTP request as an event shows it.
 *
 * @param method the method as received
 * @param scheme {@code http}, {@code https}, {@code ws} or {@code wss}
 * @param host the destination's host
 * @param port the destination's port
 * @param path the canonical path; a query or a fragment after it is left out
 */
public record HttpFacts(String method, String scheme, String host, int port, String path) {

    public HttpFacts {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(scheme, "scheme");
        Objects.requireNonNull(host, "host");
        path = withoutQuery(path);
    }

    /** {@code scheme://host[:port]/path}; the scheme's own port is left out. */
    String url() {
        String authority = isDefaultPort()
                ? (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
                : new Destination(host, port).toString();
        return scheme + "://" + authority + path;
    }

    private boolean isDefaultPort() {
        return switch (scheme) {
            case "http", "ws" -> port == 80;
            case "https", "wss" -> port == 443;
            default -> false;
        };
    }

    private static String withoutQuery(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '?' || path.charAt(i) == '#') {
                return path.substring(0, i);
            }
        }
        return path;
    }
}
