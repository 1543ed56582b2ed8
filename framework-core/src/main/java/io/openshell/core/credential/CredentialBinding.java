package io.openshell.core.credential;

import io.openshell.core.match.HostPattern;
import io.openshell.core.match.PathGlob;
import java.util.Optional;

/**
 * Where a credential may be sent. Immutable.
 *
 * @param host the host, or a pattern of hosts
 * @param port the only port
 * @param path the canonical paths, without query; all if empty
 */
public record CredentialBinding(HostPattern host, int port, Optional<PathGlob> path) {

    /** The port of a binding that names none. */
    public static final int DEFAULT_PORT = 443;

    private static final int MAX_PORT = 65_535;
    private static final String FORM = " (expected: HOST[:PORT][/PATH-GLOB], as in api.example.com/v1/**)";

    public CredentialBinding {
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to " + MAX_PORT + ")");
        }
    }

    /**
     * Reads {@code HOST[:PORT][/PATH-GLOB]}. An IPv6 address stands in brackets.
     *
     * @throws IllegalArgumentException if it is none; the message says why
     */
    public static CredentialBinding parse(String text) {
        int slash = text.indexOf('/');
        String authority = slash < 0 ? text : text.substring(0, slash);
        int colon = authority.indexOf(':', authority.startsWith("[") ? Math.max(0, authority.indexOf(']')) : 0);
        String host = colon < 0 ? authority : authority.substring(0, colon);
        if (host.isEmpty() || text.contains("://")) {
            throw new IllegalArgumentException("binding: " + text + FORM);
        }
        int port = colon < 0 ? DEFAULT_PORT : port(text, authority.substring(colon + 1));
        Optional<PathGlob> path = slash < 0 ? Optional.empty() : Optional.of(PathGlob.compile(text.substring(slash)));
        return new CredentialBinding(HostPattern.compile(host), port, path);
    }

    private static int port(String text, String digits) {
        boolean number = digits.matches("[1-9][0-9]{0,4}");
        int port = number ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException(
                    "binding: " + text + ": not a port after ':' (expected: 1 to " + MAX_PORT + ")");
        }
        return port;
    }

    /**
     * Whether the credential may go to this host and port at all.
     *
     * @param canonicalHost as {@link io.openshell.core.target.HostName} has it
     */
    public boolean reaches(String canonicalHost, int toPort) {
        return port == toPort && host.matches(canonicalHost);
    }

    /** Whether requests for a canonical path, without query, may carry it. */
    public boolean covers(String canonicalPath) {
        return path.isEmpty() || path.get().matches(canonicalPath);
    }

    /** Whether it may travel without TLS: only where the port was named, and is not the one of https. */
    public boolean allowsPlainText() {
        return port != DEFAULT_PORT;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        String name = host.toString();
        return (name.indexOf(':') >= 0 ? "[" + name + "]" : name)
                + (port == DEFAULT_PORT ? "" : ":" + port)
                + path.map(PathGlob::toString).orElse("");
    }
}
