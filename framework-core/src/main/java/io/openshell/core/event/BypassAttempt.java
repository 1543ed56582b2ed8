package io.openshell.core.event;

import java.util.Objects;

/**
 * A program tried to connect without the proxy, which the sandbox's network refused.
 *
 * @param actor who tried
 * @param destination the address that it tried, and its port
 * @param transport {@code tcp}, {@code udp} or {@code other}
 * @param suppressed how many attempts came too fast to be told one by one since the last one that was
 */
public record BypassAttempt(Actor actor, Destination destination, String transport, long suppressed) {

    /** The name of the rule and of the finding's type. */
    public static final String RULE = "bypass-detect";

    private static final String REASON = "direct connection bypassed HTTP CONNECT proxy";

    static final Ruling RULING = new Ruling(RULE, "", Ruling.NAMESPACE, REASON, 0, 0);

    private static final int DNS = 53;
    private static final int DNS_OVER_TLS = 853;
    private static final int HTTPS = 443;

    public BypassAttempt {
        Objects.requireNonNull(actor, "actor");
        Objects.requireNonNull(destination, "destination");
        Objects.requireNonNull(transport, "transport");
    }

    /** Where to, as in {@code 8.8.8.8:53 over udp}. */
    public String target() {
        return destination + " over " + transport;
    }

    /** Who tried to get where, on one line that can be printed anywhere. */
    public String inWords() {
        return (actor.known() ? FieldText.name(FieldText.clean(actor.binary())) : "a program") + " to " + target();
    }

    /** What the program's user can do about it, in one line. */
    public String hint() {
        boolean udp = transport.equals("udp");
        if (destination.port() == DNS || destination.port() == DNS_OVER_TLS) {
            return "names are resolved by the sandbox's proxy: give the proxy the name, and do not ask a resolver";
        }
        if (udp && destination.port() == HTTPS) {
            return "UDP has no way out: turn HTTP/3 (QUIC) off, and use HTTPS through the proxy";
        }
        if (udp) {
            return "UDP has no way out: use TCP through the proxy that HTTPS_PROXY names";
        }
        return "the only way out is the proxy that HTTP_PROXY, HTTPS_PROXY and ALL_PROXY name: let the program use it,"
                + " and do not list the host in NO_PROXY";
    }

    String message() {
        return "BYPASS_DETECT " + destination + " proto=" + transport + " binary="
                + (actor.known() ? actor.binary() : "-") + " action=reject reason=" + REASON;
    }
}
