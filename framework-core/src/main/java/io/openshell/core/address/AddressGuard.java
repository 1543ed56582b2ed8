package io.openshell.core.address;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a connection that the policy allows may be made to the addresses that its host has. Pure: the
 * lookup is the caller's, and the addresses that were judged are the ones to dial, without a second lookup. One
 * bad address refuses all of them.
 */
public final class AddressGuard {

    /** Ports of cluster control planes, refused wherever an internal address is allowed. */
    public static final Set<Integer> CONTROL_PLANE_PORTS = Set.of(2379, 2380, 6443, 10250, 10255);

    /** Names of the machine that the sandbox runs on. */
    public static final Set<String> HOST_ALIASES =
            Set.of("host.openshell.internal", "host.containers.internal", "host.docker.internal");

    private static final Set<InetAddress> METADATA = Set.of(
            IpLiteral.parse("169.254.169.254").orElseThrow(),
            IpLiteral.parse("fd00:ec2::254").orElseThrow());

    private AddressGuard() {}

    /** What was decided. */
    public sealed interface Outcome {}

    /**
     * Connect to one of these.
     *
     * @param addresses those given, all of which passed
     */
    public record Permitted(List<InetAddress> addresses) implements Outcome {
        public Permitted {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * Do not connect.
     *
     * @param detail what follows {@code blocked: } in the answer to the client, as in {@code internal address}
     * @param reason one line for the event, with host and address
     */
    public record Refused(String detail, String reason) implements Outcome {}

    /**
     * Judges the addresses of one connection.
     *
     * @param host the canonical host
     * @param addresses what the host resolved to; for a literal, itself. None is a refusal
     * @param allowed what the endpoints that allow the connection say
     * @param literalHost whether the host is an address written out, which a policy that names it allows
     * @param trustedGateway the machine's own address as found when the sandbox was made, if it is trusted
     */
    public static Outcome check(
            String host,
            int port,
            List<InetAddress> addresses,
            AllowedAddresses allowed,
            boolean literalHost,
            Optional<InetAddress> trustedGateway) {
        Target target = new Target(host, port, addresses);
        if (addresses.isEmpty()) {
            String reason = "DNS resolution returned no addresses for " + host + ":" + port;
            return new Refused("host has no address", reason);
        }
        if (trustedGateway.isPresent() && HOST_ALIASES.contains(host.toLowerCase(Locale.ROOT))) {
            return gateway(target, trustedGateway.get());
        }
        Outcome outcome = allowed.publicToo() ? withoutList(target, literalHost) : withList(target, allowed);
        if (outcome instanceof Refused && allowed.publicToo() && !allowed.isNone()) {
            return withList(target, allowed);
        }
        return outcome;
    }

    /**
     * The gateway that may be trusted: an address of the link that is not a metadata service.
     *
     * @param candidate what the machine's own host table says of {@code host.openshell.internal}
     */
    public static Optional<InetAddress> trustedGateway(InetAddress candidate) {
        return Optional.of(candidate).filter(it -> it.isLinkLocalAddress() && !METADATA.contains(it));
    }

    private record Target(String host, int port, List<InetAddress> addresses) {

        Refused refused(String detail, String what, InetAddress address, String why) {
            return new Refused(
                    detail,
                    host + " resolves to " + what + IpLiteral.canonical(address) + why + ", connection rejected");
        }

        Permitted permitted() {
            return new Permitted(addresses);
        }

        boolean controlPlane() {
            return CONTROL_PLANE_PORTS.contains(port);
        }

        Refused refusedPort(String detail) {
            return new Refused(detail, "port " + port + " is a blocked control-plane port, connection rejected");
        }
    }

    private static Outcome withoutList(Target target, boolean literalHost) {
        if (literalHost && AddressClass.of(target.addresses.getFirst()) != AddressClass.ALWAYS_BLOCKED) {
            return withList(target, AllowedAddresses.only(target.addresses.getFirst()));
        }
        for (InetAddress address : target.addresses) {
            if (AddressClass.of(address) != AddressClass.PUBLIC) {
                return target.refused("internal address", "internal address ", address, "");
            }
        }
        return target.permitted();
    }

    private static Outcome withList(Target target, AllowedAddresses allowed) {
        String detail = "allowed_ips check failed";
        if (target.controlPlane()) {
            return target.refusedPort(detail);
        }
        for (InetAddress address : target.addresses) {
            if (AddressClass.of(address) == AddressClass.ALWAYS_BLOCKED) {
                return target.refused(detail, "always-blocked address ", address, "");
            }
            if (!allowed.contains(address)) {
                return target.refused(detail, "", address, " which is not in allowed_ips");
            }
        }
        return target.permitted();
    }

    private static Outcome gateway(Target target, InetAddress trusted) {
        String detail = "trusted-gateway check failed";
        if (target.controlPlane()) {
            return target.refusedPort(detail);
        }
        for (InetAddress address : target.addresses) {
            if (METADATA.contains(address)) {
                return target.refused(detail, "cloud metadata address ", address, "");
            }
            if (!address.equals(trusted)) {
                String why = " which does not match trusted host gateway " + IpLiteral.canonical(trusted);
                return target.refused(detail, "", address, why);
            }
            if (!address.isLinkLocalAddress()) {
                return target.refused(detail, "non-link-local address ", address, "");
            }
        }
        return target.permitted();
    }
}
