package io.openshell.api.inspect;

/**
 * An inspector of a protocol with bytes of its own, such as a database's. The core gives it the connection's
 * bytes after TLS, if there is any, has been taken off.
 */
public non-sealed interface ConnectionInspector extends ProtocolInspector {

    /**
     * Begins a connection. Called once per connection, before anything is sent to the upstream.
     *
     * @param judge takes the verdicts; confined to this connection
     * @return what reads this connection; never shared between connections
     */
    StreamInspector open(Judge judge);
}
