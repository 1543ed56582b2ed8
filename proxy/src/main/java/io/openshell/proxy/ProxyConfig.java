package io.openshell.proxy;

import java.time.Clock;

/**
 * What proxies of several sandboxes have in common.
 *
 * @param runtime the threads that they run on
 * @param clock dates the events
 */
public record ProxyConfig(ProxyRuntime runtime, Clock clock) {

    /** With the system's clock. */
    public ProxyConfig(ProxyRuntime runtime) {
        this(runtime, Clock.systemUTC());
    }
}
