package io.openshell.supervisor.sandbox;

import io.openshell.core.address.IpLiteral;
import io.openshell.core.target.HostName;
import java.net.InetAddress;

/**
 * A name that the sandbox resolves by itself ({@code --add-host}). It changes where a name leads, never what is allowed.
 *
 * @param name in canonical form: lower case, without a dot at the end
 * @param address what it stands for
 */
public record HostEntry(String name, InetAddress address) {

    /**
     * Reads {@code NAME:IP}; an IPv6 address may stand in brackets.
     *
     * @throws IllegalArgumentException if it is not that
     */
    public static HostEntry parse(String text) {
        int colon = text.indexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        String literal = colon < 0 ? "" : text.substring(colon + 1);
        if (literal.startsWith("[") && literal.endsWith("]")) {
            literal = literal.substring(1, literal.length() - 1);
        }
        String name = HostName.canonical(host)
                .filter(canonical -> HostName.literal(canonical).isEmpty())
                .orElseThrow(() -> refused(text));
        InetAddress address = IpLiteral.parse(literal).orElseThrow(() -> refused(text));
        return new HostEntry(name, address);
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(text + " (expected: NAME:IP, as in api.example.com:192.0.2.1)");
    }
}
