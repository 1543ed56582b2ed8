package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.openshell.proxy.tls.TlsLimits;

/** The client greets with TLS, and the proxy answers in the destination's place. */
final class TlsHandshake implements ConnectionState {

    private final ClientConnection client;
    private final Tunnel tunnel;
    private final Runnable then;

    private TlsHandshake(ClientConnection client, Tunnel tunnel, Runnable then) {
        this.client = client;
        this.tunnel = tunnel;
        this.then = then;
    }

    /**
     * Begins the handshake with the bytes that have come already.
     *
     * @param then what the connection becomes when it is encrypted
     */
    static void begin(ClientConnection client, Tunnel tunnel, ByteBuf hello, Runnable then) {
        client.become(new TlsHandshake(client, tunnel, then));
        client.allow(2 * TlsLimits.HANDSHAKE_MILLIS);
        SandboxRelay sandbox = client.sandbox();
        ChannelPipeline pipeline = client.channel().pipeline();
        pipeline.addFirst(
                new ClientHelloGate(tunnel.admission().host(), sandbox.context().authority(), sandbox.background()));
        pipeline.fireChannelRead(hello);
        pipeline.fireChannelReadComplete();
    }

    void completed(SslHandshakeCompletionEvent handshake) {
        if (handshake.isSuccess()) {
            then.run();
        } else {
            tunnel.admission().failed("TLS handshake with the client: " + Failures.reason(handshake.cause()));
            tunnel.release();
            client.close();
        }
    }

    void refused(Throwable cause) {
        if (cause instanceof ClientHelloGate.ServerNameException mismatch) {
            tunnel.admission().denied(String.valueOf(mismatch.getMessage()));
        } else {
            tunnel.admission().failed("TLS handshake with the client: " + Failures.reason(cause));
        }
        tunnel.release();
        client.close();
    }

    /** Nothing comes through before the handshake is complete. */
    @Override
    public void fromClient(ByteBuf bytes) {
        bytes.release();
    }

    @Override
    public void clientEnded() {
        client.close();
    }

    @Override
    public void overdue() {
        client.close();
    }

    @Override
    public void released() {
        tunnel.release();
    }
}
