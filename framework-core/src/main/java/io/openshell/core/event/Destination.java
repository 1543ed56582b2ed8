package io.openshell.core.event;

import java.util.Objects;

/**
 * Where something wanted to go.
 *
 * @param host the name or address asked for; an IPv6 address without brackets
 * @param port 0 to 65535
 */
public record Destination(String host, int port) {

    public Destination {
        Objects.requireNonNull(host, "host");
    }

    /** {@code host:port}, an IPv6 address in brackets. */
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
