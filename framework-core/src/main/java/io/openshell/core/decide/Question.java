package io.openshell.core.decide;

import io.openshell.api.inspect.Request;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What someone wants explained: a connection, perhaps the addresses that its host has, perhaps a request on it.
 *
 * @param addresses empty if they are not to be judged
 */
public record Question(ConnectionFacts facts, List<InetAddress> addresses, Optional<Request> request) {

    public Question {
        addresses = List.copyOf(addresses);
    }
}
