package io.openshell.proxy.inference;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.openshell.core.inference.InferenceEndpoint;
import io.openshell.proxy.egress.UpstreamConnection;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Gets a connection to a backend: an idle one, or one that is made now, by name, address and TLS. */
@SuppressWarnings("FutureReturnValueIgnored") // what was asked for later comes back as a task
final class BackendConnector {

    private final InferenceGateway.Surroundings surroundings;
    private final AgentSide agent;

    BackendConnector(InferenceGateway.Surroundings surroundings, AgentSide agent) {
        this.surroundings = surroundings;
        this.agent = agent;
    }

    /** Gets the connection, on the agent's event loop. */
    interface Taker {

        /** Whether one is still wanted. If not, nothing else is called. */
        boolean waiting();

        /** It is ready for a request; the taker owns it. */
        void connected(UpstreamConnection connection);

        /** There is none to be had. */
        void failed(String reason);
    }

    /**
     * Connects, at once or later.
     *
     * @param fresh whether it must not have been idle
     */
    void connect(Backend backend, boolean fresh, Taker taker) {
        long now = agent.nanoTime();
        List<InetAddress> known = backend.knownAddresses(now);
        UpstreamConnection idle = fresh || known.isEmpty() ? null : agent.pool().take(backend.key(), known);
        if (idle != null) {
            taker.connected(idle);
            return;
        }
        backend.addresses(now)
                .whenComplete((addresses, failure) -> agent.eventLoop().execute(() -> {
                    if (taker.waiting() && failure == null) {
                        dial(backend.route().endpoint(), addresses, taker);
                    } else if (taker.waiting()) {
                        taker.failed(reason(failure));
                    }
                }));
    }

    private void dial(InferenceEndpoint endpoint, List<InetAddress> addresses, Taker taker) {
        Future<UpstreamConnection> dialling = surroundings.dialer().dial(agent.eventLoop(), addresses, endpoint.port());
        dialling.addListener(done -> {
            if (!dialling.isSuccess()) {
                if (taker.waiting()) {
                    taker.failed("connection refused or unreachable");
                }
            } else if (!taker.waiting()) {
                dialling.getNow().close();
            } else if (endpoint.tls()) {
                secure(dialling.getNow(), endpoint, taker);
            } else {
                taker.connected(dialling.getNow());
            }
        });
    }

    private void secure(UpstreamConnection connection, InferenceEndpoint endpoint, Taker taker) {
        Future<Channel> securing =
                surroundings.securing().secure(connection, agent.eventLoop(), endpoint.host(), endpoint.port());
        securing.addListener(done -> {
            if (!taker.waiting()) {
                connection.close();
            } else if (securing.isSuccess()) {
                taker.connected(connection);
            } else {
                connection.close();
                taker.failed("TLS handshake with the backend failed");
            }
        });
    }

    private static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof IllegalStateException && cause.getMessage() != null
                ? cause.getMessage()
                : "the backend's name does not resolve";
    }
}
