package io.openshell.proxy.relay;

import io.openshell.proxy.egress.UpstreamConnection;
import org.jspecify.annotations.Nullable;

/** The upstream connection of one exchange, from when the request is sent until the answer has ended. For one event loop. */
final class HeldUpstream {

    private @Nullable UpstreamConnection connection;

    void hold(UpstreamConnection next) {
        connection = next;
    }

    /** Hands over the connection, if there is one. */
    @Nullable
    UpstreamConnection take() {
        UpstreamConnection taken = connection;
        connection = null;
        return taken;
    }

    void close() {
        UpstreamConnection left = take();
        if (left != null) {
            left.close();
        }
    }

    /** Whether the connection has carried another exchange before. */
    boolean reused() {
        return connection != null && connection.reused();
    }

    /** Whether it takes what is written. */
    boolean keepsUp() {
        return connection == null || connection.writable();
    }

    void reading(boolean wanted) {
        if (connection != null) {
            connection.reading(wanted);
        }
    }

    void flush() {
        if (connection != null) {
            connection.flush();
        }
    }
}
