package io.openshell.proxy.egress;

import java.net.InetAddress;
import java.util.List;

/** Whether a destination may be dialled, and at which addresses. */
public sealed interface Clearance {

    /**
     * It may.
     *
     * @param addresses the only addresses that may be dialled, in order of preference; not empty
     */
    record Cleared(List<InetAddress> addresses) implements Clearance {
        public Cleared {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * An address of it must not be reached.
     *
     * @param detail what the client is told after {@code blocked:}
     * @param reason what the event says
     */
    record Blocked(String detail, String reason) implements Clearance {}

    /** It has no address. */
    record Unresolved(String reason) implements Clearance {}
}
