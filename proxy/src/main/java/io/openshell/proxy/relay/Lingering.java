package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * The last answer is written. To close now, with bytes of the client unread, would reset the connection and could
 * take the answer with it (RFC 9112 section 9.6): so our side ends, and the client's bytes are thrown away for a
 * while.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a channel is told to do ends in an event, not in a future
final class Lingering implements ConnectionState {

    private final ClientConnection client;
    private long discarded;
    private boolean outputEnded;

    Lingering(ClientConnection client) {
        this.client = client;
        client.allow(RelayLimits.LAST_WORDS_MILLIS);
        client.reading(true);
        client.channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) this::written);
    }

    private void written(ChannelFuture writing) {
        SslHandler tls = client.channel().pipeline().get(SslHandler.class);
        if (!writing.isSuccess()) {
            client.close();
        } else if (tls != null) {
            tls.closeOutbound().addListener((ChannelFutureListener) closing -> endTls());
        } else {
            endOutput();
        }
    }

    /**
     * From here on the client's bytes are thrown away as they come. The engine would fail on data that arrives after
     * its own close, and end the connection while the client still sends and has not read the answer.
     */
    private void endTls() {
        client.channel().pipeline().addFirst(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                fromClient((ByteBuf) message);
            }
        });
        endOutput();
    }

    private void endOutput() {
        outputEnded = true;
        client.allow(RelayLimits.LINGER_MILLIS);
        if (client.ended()) {
            client.close();
        } else if (client.channel().isActive()) {
            ((DuplexChannel) client.channel()).shutdownOutput();
        }
    }

    @Override
    public void fromClient(ByteBuf bytes) {
        discarded += bytes.readableBytes();
        bytes.release();
        if (discarded > RelayLimits.LINGER_BYTES) {
            client.close();
        }
    }

    @Override
    public void clientEnded() {
        if (outputEnded) {
            client.close();
        }
    }

    @Override
    public void overdue() {
        client.close();
    }

    @Override
    public void released() {}
}
