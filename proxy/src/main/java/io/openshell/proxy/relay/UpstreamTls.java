package io.openshell.proxy.relay;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseNotifier;
import io.openshell.proxy.egress.UpstreamConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * A sandbox's client side of TLS. It takes long to make, and a sandbox that asks for nothing needs none: it is made beside what
 * the first connection does before it wants it. Any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what was asked for later comes back as a task
final class UpstreamTls {

    private final Supplier<SslContext> maker;
    private final Executor background;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CompletableFuture<SslContext> context = new CompletableFuture<>();

    UpstreamTls(Supplier<SslContext> maker, Executor background) {
        this.maker = maker;
        this.background = background;
    }

    /** Begins to make it, once. */
    void begin() {
        if (!begun.get() && begun.compareAndSet(false, true)) {
            context.completeAsync(maker, background);
        }
    }

    /**
     * Puts TLS on a connection.
     *
     * @return completes on {@code loop}; fails if the upstream does not prove who it is
     */
    Future<Channel> secure(UpstreamConnection connection, EventLoop loop, String host, int port) {
        begin();
        if (context.isDone() && !context.isCompletedExceptionally()) {
            return connection.startTls(context.join(), host, port);
        }
        Promise<Channel> secured = loop.newPromise();
        context.whenComplete((tls, failure) -> loop.execute(() -> {
            if (failure == null) {
                PromiseNotifier.cascade(connection.startTls(tls, host, port), secured);
            } else {
                secured.setFailure(failure);
            }
        }));
        return secured;
    }
}
