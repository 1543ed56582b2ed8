package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.openshell.core.inference.InferenceSettings;
import io.openshell.core.target.Authority;
import io.openshell.proxy.http.RequestHead;
import io.openshell.proxy.http.ResponseWriter;
import org.jspecify.annotations.Nullable;

/**
 * The agent wants {@code inference.local:443}. No policy is asked and nobody identified: it is answered here, and TLS must
 * come first.
 */
final class InferenceGreeting implements ConnectionState {

    private final ClientConnection client;
    private @Nullable ByteBuf received;

    private InferenceGreeting(ClientConnection client) {
        this.client = client;
    }

    /** Whether a first head asks for it. Other ports of the name, and plain requests to it, are matters of policy. */
    static boolean isMeantBy(RequestHead head) {
        return head.isConnect()
                && Authority.parse(head.target()) instanceof Authority.Valid valid
                && InferenceSettings.isAddressed(valid.host(), valid.port());
    }

    /**
     * Answers the CONNECT.
     *
     * @param early what came with it, if anything
     */
    static void begin(ClientConnection client, @Nullable ByteBuf early) {
        InferenceGreeting greeting = new InferenceGreeting(client);
        client.allow(RelayLimits.REQUEST_HEAD_MILLIS);
        client.write(ResponseWriter.connectionEstablished());
        client.flush();
        client.become(greeting);
        if (early != null && client.in(greeting)) {
            greeting.fromClient(early);
        } else if (early != null) {
            early.release();
        }
    }

    @Override
    public void fromClient(ByteBuf bytes) {
        ByteBuf seen = received == null
                ? bytes
                : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(client.channel().alloc(), received, bytes);
        received = seen;
        if (!seen.isReadable()) {
            return;
        }
        switch (Greeting.of(seen)) {
            case TLS -> {
                received = null;
                TlsHandshake.begin(client, new Place(client), seen, () -> InferenceRelay.begin(client));
            }
            case MAYBE_TLS -> {}
            case HTTP, MAYBE_HTTP, HTTP2, OTHER -> {
                client.sandbox().inference().denied("the tunnel carries no TLS");
                released();
                client.close();
            }
        }
    }

    @Override
    public void clientEnded() {
        client.close();
    }

    @Override
    public void overdue() {
        client.sandbox().inference().failed("client sends nothing");
        client.close();
    }

    @Override
    public void released() {
        if (received != null) {
            received.release();
            received = null;
        }
    }

    /** The reserved name, as the handshake sees it. */
    private record Place(ClientConnection client) implements TlsHandshake.Terminated {

        @Override
        public String host() {
            return InferenceSettings.HOST;
        }

        @Override
        public void failed(String reason) {
            client.sandbox().inference().failed(reason);
        }

        @Override
        public void denied(String reason) {
            client.sandbox().inference().denied(reason);
        }

        @Override
        public void release() {
            // Nothing was dialled.
        }
    }
}
