/**
 * An agent's connection, from its first byte to its last. Its life is a sealed {@link
 * io.openshell.proxy.relay.ConnectionState}: what may happen next is what the present state offers.
 *
 * <p>Everything here is confined to the connection's event loop, and nothing blocks it: identity, names and
 * certificates are found elsewhere and come back as tasks.
 */
@NullMarked
package io.openshell.proxy.relay;

import org.jspecify.annotations.NullMarked;
