package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * One accepted connection: the agent's channel and the state that it is in. What it does is the states' matter;
 * this only passes on what happens and offers what they write with.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a channel is told to do ends in an event, not in a future
final class ClientConnection extends ChannelInboundHandlerAdapter {

    private final SandboxRelay sandbox;
    private final RelayLoop loop;
    private final Channel channel;
    private ConnectionState state;
    private long deadlineNanos;
    private boolean clientEnded;
    private boolean gone;

    ClientConnection(SandboxRelay sandbox, RelayLoop loop, Channel channel) {
        this.sandbox = sandbox;
        this.loop = loop;
        this.channel = channel;
        this.state = new FirstHead(this);
    }

    SandboxRelay sandbox() {
        return sandbox;
    }

    RelayLoop loop() {
        return loop;
    }

    Channel channel() {
        return channel;
    }

    InetSocketAddress agentAddress() {
        return (InetSocketAddress) channel.remoteAddress();
    }

    InetSocketAddress proxyAddress() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Whether the connection is gone; what comes back late must then give back what it brings. */
    boolean gone() {
        return gone;
    }

    /** Whether the client has ended its side. */
    boolean ended() {
        return clientEnded;
    }

    /** Whether this is still the state: what comes back late must not disturb a successor. */
    boolean in(ConnectionState candidate) {
        return state == candidate && !gone;
    }

    /** Hands the connection to the next state. A client that has already ended is told to it at once. */
    void become(ConnectionState next) {
        state = next;
        if (gone) {
            next.released();
        } else if (clientEnded) {
            next.clientEnded();
        }
    }

    /** The state must get on within this time, counted from now. */
    void allow(long millis) {
        deadlineNanos = loop.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Writes to the client; owns the buffer from now on. */
    void write(ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
    }

    void flush() {
        channel.flush();
    }

    /** Whether the client keeps up with what is written. */
    boolean writable() {
        return channel.isWritable();
    }

    /** Stops or resumes reading, for an upstream that does not keep up. */
    void reading(boolean wanted) {
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    boolean encrypted() {
        return channel.pipeline().get(SslHandler.class) != null;
    }

    /** Ends the connection without another word. */
    void close() {
        channel.close();
    }

    /** Ends the connection so that the client notices: what it got is not complete. */
    void abort() {
        if (channel.isActive()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            // Not through the pipeline: TLS would say that this was the regular end.
            channel.unsafe().close(channel.unsafe().voidPromise());
        }
    }

    /** Tells the client that nothing more comes, after what was written, and goes on reading it. */
    void finishOutput() {
        if (encrypted()) {
            finish();
        } else {
            ((DuplexChannel) channel).shutdownOutput();
        }
    }

    /** Writes these last bytes, ends our side, and gives the client time to read them. */
    void finish(ByteBuf last) {
        write(last);
        finish();
    }

    /** Ends our side after what was written, and gives the client time to read it. */
    void finish() {
        become(new Lingering(this));
    }

    void tick(long nowNanos) {
        if (nowNanos - deadlineNanos > 0) {
            state.overdue();
        } else {
            state.revisit();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        loop.add(this);
        if (state instanceof FirstHead first) {
            first.begin();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        state.fromClient((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        state.clientPaused();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        state.clientWritability(channel.isWritable());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (state instanceof TlsHandshake waiting) {
                waiting.completed(handshake);
            }
        } else if (event instanceof SniCompletionEvent hello && !hello.isSuccess()) {
            if (state instanceof TlsHandshake waiting) {
                waiting.refused(hello.cause());
            }
        } else if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            endOfClient();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!gone) {
            gone = true;
            loop.remove(this);
            sandbox.closed();
            state.released();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        sandbox.broken(cause);
        channel.close();
    }

    private void endOfClient() {
        if (!clientEnded) {
            clientEnded = true;
            state.clientEnded();
        }
    }
}
