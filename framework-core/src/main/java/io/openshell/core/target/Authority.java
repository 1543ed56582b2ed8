package io.openshell.core.target;

/**
 * Host and port of a CONNECT target, an absolute form or a Host field (RFC 9110 section 7.2), without userinfo.
 */
public sealed interface Authority {

    /**
     * A host and a port.
     *
     * @param host in canonical form
     * @param port 0 to 65535; no policy has port 0
     */
    record Valid(String host, int port) implements Authority {

        /** As it is written in a target: an IPv6 address in brackets. */
        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * Neither.
     *
     * @param problem one line
     */
    record Refused(String problem) implements Authority {}

    /** Reads {@code host:port} or {@code [v6]:port}; the port must be there. */
    static Authority parse(String text) {
        return parse(text, -1);
    }

    /**
     * Reads an authority whose port may be missing.
     *
     * @param defaultPort the port if there is none; negative if there must be one
     */
    static Authority parse(String text, int defaultPort) {
        int bracket = text.startsWith("[") ? text.indexOf(']') : -1;
        if (text.startsWith("[") && bracket < 0) {
            return new Refused("authority: '[' without ']' (expected: [address]:port)");
        }
        int colon = text.indexOf(':', bracket + 1);
        boolean glued = bracket >= 0 && bracket + 1 < text.length() && colon != bracket + 1;
        if (glued || (colon < 0 && defaultPort < 0) || (colon >= 0 && text.indexOf(':', colon + 1) >= 0)) {
            return new Refused("authority: no single port (expected: host:port or [address]:port)");
        }
        int port = colon < 0 ? defaultPort : port(text.substring(colon + 1));
        if (port < 0) {
            return new Refused("authority: no port after ':' (expected: a number up to 65535)");
        }
        return switch (HostName.parse(colon < 0 ? text : text.substring(0, colon))) {
            case HostName.Canonical canonical -> new Valid(canonical.host(), port);
            case HostName.Refused refused -> new Refused(refused.problem());
        };
    }

    private static int port(String text) {
        boolean number = !text.isEmpty()
                && text.length() <= 5
                && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && (text.length() == 1 || text.charAt(0) != '0');
        int port = number ? Integer.parseInt(text) : -1;
        return port > 65_535 ? -1 : port;
    }
}
