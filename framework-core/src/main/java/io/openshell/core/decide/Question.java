package io.openshell.core.decide;

import io.openshell.api.inspect.Request;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What someone wants explained: a connection, perhaps the addresses that its host has, perhaps a request on it.
 *
 * @param addresses empty if they are not to be judged
 * @param request empty if only the connection is asked about
 * @param stream what would be sent after a request that changes the connection's protocol; empty if nothing is asked about it
 */
public record Question(
        ConnectionFacts facts, List<InetAddress> addresses, Optional<Request> request, Optional<PlannedStream> stream) {

    public Question {
        addresses = List.copyOf(addresses);
    }

    /** About nothing that follows a request. */
    public Question(ConnectionFacts facts, List<InetAddress> addresses, Optional<Request> request) {
        this(facts, addresses, request, Optional.empty());
    }
}
