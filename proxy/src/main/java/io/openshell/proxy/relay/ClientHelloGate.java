package io.openshell.proxy.relay;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.openshell.proxy.tls.SandboxAuthority;
import io.openshell.proxy.tls.TlsLimits;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ClientHello, in whatever pieces it comes, and goes on only if the server name in it, if there is one,
 * is the host of the CONNECT: otherwise the agent could be let through to one name and talk to another.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a channel is told to do ends in an event, not in a future
final class ClientHelloGate extends AbstractSniHandler<SslContext> {

    private final String host;
    private final SandboxAuthority authority;
    private final Executor background;

    ClientHelloGate(String host, SandboxAuthority authority, Executor background) {
        super(TlsLimits.CLIENT_HELLO_BYTES, TlsLimits.HANDSHAKE_MILLIS);
        this.host = host;
        this.authority = authority;
        this.background = background;
    }

    @Override
    protected Future<SslContext> lookup(ChannelHandlerContext ctx, @Nullable String serverName) {
        if (serverName != null && !serverName.equals(host)) {
            return ctx.executor().newFailedFuture(new ServerNameException(serverName, host));
        }
        SslContext cached = authority.cachedContext(host);
        if (cached != null) {
            return ctx.executor().newSucceededFuture(cached);
        }
        Promise<SslContext> minted = ctx.executor().newPromise();
        background.execute(() -> {
            try {
                minted.setSuccess(authority.context(host));
            } catch (RuntimeException e) {
                minted.setFailure(e);
            }
        });
        return minted;
    }

    @Override
    protected void onLookupComplete(
            ChannelHandlerContext ctx, @Nullable String serverName, Future<SslContext> context) {
        if (!context.isSuccess()) {
            // The SniCompletionEvent that follows says why, and the connection's state ends it.
            return;
        }
        SslHandler tls = context.getNow().newHandler(ctx.alloc());
        tls.setHandshakeTimeoutMillis(TlsLimits.HANDSHAKE_MILLIS);
        tls.setCloseNotifyFlushTimeoutMillis(TlsLimits.CLOSE_NOTIFY_MILLIS);
        ctx.pipeline().replace(this, "tls", tls);
    }

    /** The ClientHello names another host than the CONNECT. */
    static final class ServerNameException extends Exception {

        ServerNameException(String serverName, String host) {
            super("TLS server name: " + printable(serverName) + " (expected: " + host + ", the CONNECT host)");
        }

        private static String printable(String serverName) {
            StringBuilder text = new StringBuilder();
            serverName.chars().limit(100).forEach(c -> text.append(c > ' ' && c < 0x7f ? (char) c : '?'));
            return text.toString();
        }
    }
}
