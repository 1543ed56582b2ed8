package io.openshell.proxy.relay;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.openshell.proxy.egress.UpstreamConnection;
import io.openshell.proxy.egress.UpstreamKey;
import org.jspecify.annotations.Nullable;

/**
 * Where a tunnel's requests get their upstream connection: the one of the request before, an idle one of the same
 * sandbox and destination, the one that was dialled for the CONNECT, or a new one.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a channel is told to do ends in an event, not in a future
final class UpstreamSource {

    private final ClientConnection client;
    private final Admission admission;
    private final boolean tls;
    private final Tunnel tunnel;
    private @Nullable UpstreamConnection held;

    UpstreamSource(ClientConnection client, Admission admission, boolean tls, Tunnel tunnel) {
        this.client = client;
        this.admission = admission;
        this.tls = tls;
        this.tunnel = tunnel;
    }

    /** Gets a connection. */
    interface Taker {

        /** A connection that is ready for a request; the taker owns it. */
        void connected(UpstreamConnection connection);

        /** There is none to be had. */
        void unavailable(Throwable cause);

        /** Whether a connection is still wanted. */
        boolean waiting();
    }

    /**
     * Gets a connection, at once or later.
     *
     * @param fresh whether it must not have been idle
     */
    void acquire(boolean fresh, Taker taker) {
        UpstreamConnection ready = fresh ? null : idle();
        if (ready != null) {
            taker.connected(ready);
            return;
        }
        UpstreamConnection dialled = tunnel.take();
        if (dialled != null && !fresh && dialled.usable()) {
            secure(dialled, taker);
            return;
        }
        if (dialled != null) {
            dialled.close();
        }
        dial(taker);
    }

    /** Keeps a connection on which an exchange has just ended. */
    void keep(UpstreamConnection connection) {
        if (connection.usable()) {
            connection.detach();
            held = connection;
        } else {
            connection.close();
        }
    }

    /** The tunnel has been idle for a while: what it holds may serve another one, or go. */
    void park() {
        if (held != null || tunnel.dialled() != null) {
            release();
        }
    }

    /** The tunnel ends: what it holds may serve another one. */
    void release() {
        UpstreamConnection left = held;
        held = null;
        if (left != null) {
            client.loop().pool().give(key(), left);
        }
        tunnel.release();
    }

    private @Nullable UpstreamConnection idle() {
        UpstreamConnection kept = held;
        held = null;
        if (kept != null && kept.usable()) {
            return kept;
        }
        return client.loop().pool().take(key(), admission.addresses());
    }

    private void dial(Taker taker) {
        Future<UpstreamConnection> dialling =
                client.sandbox().dialer().dial(client.channel().eventLoop(), admission.addresses(), admission.port());
        dialling.addListener(done -> {
            if (dialling.isSuccess()) {
                secure(dialling.getNow(), taker);
            } else if (taker.waiting()) {
                taker.unavailable(dialling.cause());
            }
        });
    }

    private void secure(UpstreamConnection connection, Taker taker) {
        if (!taker.waiting()) {
            connection.close();
            return;
        }
        if (!tls) {
            taker.connected(connection);
            return;
        }
        Future<Channel> handshake =
                client.sandbox().secure(connection, client.channel().eventLoop(), admission);
        handshake.addListener(done -> {
            if (!taker.waiting()) {
                connection.close();
            } else if (handshake.isSuccess()) {
                taker.connected(connection);
            } else {
                connection.close();
                taker.unavailable(handshake.cause());
            }
        });
    }

    private UpstreamKey key() {
        return client.sandbox().key(admission, tls);
    }
}
