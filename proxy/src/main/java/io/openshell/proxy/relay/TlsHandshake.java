package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.openshell.proxy.tls.TlsLimits;

/** The client greets with TLS, and the proxy answers in the destination's place. */
final class TlsHandshake implements ConnectionState {

    /** Where the client believes that it is. */
    interface Terminated {

        /** The name that the certificate has, and that the client must ask for if it asks for one. */
        String host();

        /** Records that the handshake came to nothing. */
        void failed(String reason);

        /** Records that the client asked for another name. */
        void denied(String reason);

        /** Gives back what it holds; a second time does nothing. */
        void release();
    }

    private final ClientConnection client;
    private final Terminated terminated;
    private final Runnable then;

    private TlsHandshake(ClientConnection client, Terminated terminated, Runnable then) {
        this.client = client;
        this.terminated = terminated;
        this.then = then;
    }

    /**
     * Begins the handshake with the bytes that have come already.
     *
     * @param then what the connection becomes when it is encrypted
     */
    static void begin(ClientConnection client, Terminated terminated, ByteBuf hello, Runnable then) {
        client.become(new TlsHandshake(client, terminated, then));
        client.allow(2 * TlsLimits.HANDSHAKE_MILLIS);
        SandboxRelay sandbox = client.sandbox();
        ChannelPipeline pipeline = client.channel().pipeline();
        pipeline.addFirst(
                new ClientHelloGate(terminated.host(), sandbox.context().authority(), sandbox.background()));
        pipeline.fireChannelRead(hello);
        pipeline.fireChannelReadComplete();
    }

    void completed(SslHandshakeCompletionEvent handshake) {
        if (handshake.isSuccess()) {
            then.run();
        } else {
            terminated.failed("TLS handshake with the client: " + Failures.reason(handshake.cause()));
            terminated.release();
            client.close();
        }
    }

    void refused(Throwable cause) {
        if (cause instanceof ClientHelloGate.ServerNameException mismatch) {
            terminated.denied(String.valueOf(mismatch.getMessage()));
        } else {
            terminated.failed("TLS handshake with the client: " + Failures.reason(cause));
        }
        terminated.release();
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
        terminated.release();
    }
}
