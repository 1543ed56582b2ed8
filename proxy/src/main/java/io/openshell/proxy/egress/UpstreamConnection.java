package io.openshell.proxy.egress;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.openshell.proxy.tls.TlsLimits;
import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to an upstream. Confined to its event loop. While nobody reads it, anything that arrives is
 * unexpected and closes it: bytes that nobody asked for must not become the answer to somebody's next request.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a channel is told to do ends in an event, not in a future
public final class UpstreamConnection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamConnection.class);

    private final Channel channel;
    private final InetAddress address;
    private @Nullable UpstreamReader reader;
    private boolean ended;
    private boolean tls;
    private boolean reused;
    private long idleSinceNanos;

    UpstreamConnection(Channel channel, InetAddress address) {
        this.channel = channel;
        this.address = address;
    }

    /** Whether a request may still be written. */
    public boolean usable() {
        return !ended && channel.isActive();
    }

    /** Whether it has carried an exchange before, so that the upstream may have given it up meanwhile. */
    public boolean reused() {
        return reused;
    }

    /** The checked address that was dialled. */
    public InetAddress address() {
        return address;
    }

    /** From now on, what arrives goes to this reader. */
    public void attach(UpstreamReader next) {
        reader = next;
        if (!channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
    }

    /** An exchange is complete: until the next one, nothing may arrive. */
    public void detach() {
        reader = null;
        reused = true;
        if (!channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
    }

    /**
     * Puts TLS on. The handshake verifies the chain and that the certificate is for {@code host}.
     *
     * @return succeeds when verified; fails with what the handshake failed of
     */
    public Future<Channel> startTls(SslContext context, String host, int port) {
        tls = true;
        SslHandler handler = context.newHandler(channel.alloc(), host, port);
        handler.setHandshakeTimeoutMillis(TlsLimits.HANDSHAKE_MILLIS);
        handler.setCloseNotifyFlushTimeoutMillis(TlsLimits.CLOSE_NOTIFY_MILLIS);
        channel.pipeline().addFirst(handler);
        return handler.handshakeFuture();
    }

    /** Writes; owns the buffer from now on. */
    public void write(ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
    }

    /** Writes what is secret: the buffer, owned from now on, is overwritten once it is sent or given up. */
    public void writeSecret(ByteBuf bytes) {
        bytes.retain();
        channel.write(bytes).addListener(done -> {
            bytes.setZero(0, bytes.capacity());
            bytes.release();
        });
    }

    public void flush() {
        channel.flush();
    }

    /** Whether the upstream keeps up with what is written. */
    public boolean writable() {
        return channel.isWritable();
    }

    /** Stops or resumes reading, for a client that does not keep up. */
    public void reading(boolean wanted) {
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    /** Tells the upstream that nothing more comes, and goes on reading. With TLS there is no such half. */
    public void finishOutput() {
        if (tls) {
            close();
        } else if (channel.isActive()) {
            ((DuplexChannel) channel).shutdownOutput();
        }
    }

    public void close() {
        ended = true;
        reader = null;
        channel.close();
    }

    void idleSince(long nanos) {
        idleSinceNanos = nanos;
    }

    long idleSince() {
        return idleSinceNanos;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (reader != null) {
            reader.fromUpstream(bytes);
        } else {
            bytes.release();
            close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (reader != null) {
            reader.upstreamPaused();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (reader != null) {
            reader.upstreamWritability(channel.isWritable());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent completion) {
            end(completion.isSuccess());
        } else if (event instanceof ChannelInputShutdownEvent && !tls) {
            end(true);
        } else if (event instanceof ChannelInputShutdownEvent) {
            channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            LOG.debug("upstream connection broke", cause);
        } else {
            LOG.warn("upstream connection is closed after a fault", cause);
        }
        end(false);
        channel.close();
    }

    private void end(boolean orderly) {
        if (ended) {
            return;
        }
        ended = true;
        UpstreamReader last = reader;
        if (last == null) {
            channel.close();
        } else {
            last.upstreamEnded(orderly);
        }
    }
}
