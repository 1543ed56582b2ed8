package io.openshell.proxy.sandbox;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;

/** Finds out which program in the sandbox made a connection. */
@FunctionalInterface
public interface PeerIdentities {

    /**
     * Identifies the owner of a connection. Does its blocking work elsewhere and returns at once.
     *
     * @param agent the connection's address on the agent's side
     * @param proxy its address on the proxy's side
     * @return the identity; a stage that fails counts as unknown, and an unknown peer is refused everything
     */
    CompletionStage<PeerIdentity> identify(InetSocketAddress agent, InetSocketAddress proxy);
}
