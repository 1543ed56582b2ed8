package io.openshell.core.inference;

import io.openshell.core.address.AddressClass;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Where a backend may be. The user who configured it may mean this machine or a private network, so those are no reason
 * to refuse; the link, and the metadata services of clouds on it, are none's backend. A key goes in clear only where it
 * stays on this machine or a private network.
 */
public final class BackendAddress {

    private BackendAddress() {}

    /** Why an address must not be dialled for a route; empty if it may. */
    public static Optional<String> refusal(InferenceRoute route, InetAddress address) {
        AddressClass kind = AddressClass.of(address);
        boolean own = address.isLoopbackAddress();
        if (kind == AddressClass.ALWAYS_BLOCKED && !own) {
            return Optional.of("the backend's name leads to a link-local, metadata or unusable address");
        }
        boolean clear = !route.endpoint().tls() && route.key().isPresent();
        return clear && kind == AddressClass.PUBLIC
                ? Optional.of("the key would go to a public address in clear (expected: an https endpoint)")
                : Optional.empty();
    }
}
