package io.openshell.testkit.cases;

import java.util.List;

/**
 * What a name resolves to, and whether a proxy connects.
 *
 * @param source where the case comes from
 * @param what the case in a few words; unique
 * @param allowedIps the endpoint's {@code allowed_ips}; empty for none
 * @param port the port that is asked for
 * @param addresses what the name resolves to
 * @param refusal what follows {@code blocked: } in the 403; empty if the addresses may be dialled
 */
public record AddressCase(
        String source, String what, List<String> allowedIps, int port, List<String> addresses, String refusal) {

    /** The port of most cases. */
    public static final int PORT = 443;

    public AddressCase {
        allowedIps = List.copyOf(allowedIps);
        addresses = List.copyOf(addresses);
    }

    /** Refused where nothing is said of addresses. */
    static AddressCase internal(String source, String what, String... addresses) {
        return new AddressCase(source, what, List.of(), PORT, List.of(addresses), "internal address");
    }

    /** Dialled where nothing is said of addresses. */
    static AddressCase open(String source, String what, String... addresses) {
        return new AddressCase(source, what, List.of(), PORT, List.of(addresses), "");
    }

    /** Refused although the endpoint lists {@code 10.0.0.0/8} and {@code fd00::/16}. */
    static AddressCase listed(String source, String what, String... addresses) {
        return new AddressCase(
                source, what, List.of("10.0.0.0/8", "fd00::/16"), PORT, List.of(addresses), "allowed_ips check failed");
    }

    /** On another port. */
    AddressCase on(int other) {
        return new AddressCase(source, what, allowedIps, other, addresses, refusal);
    }

    /** Dialled all the same. */
    AddressCase dialled() {
        return new AddressCase(source, what, allowedIps, port, addresses, "");
    }

    @Override
    public String toString() {
        return source + ": " + what;
    }
}
