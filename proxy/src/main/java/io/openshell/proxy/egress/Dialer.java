package io.openshell.proxy.egress;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.UnaryOperator;

/** Dials checked addresses, one after the other. No name is looked up here. */
@SuppressWarnings("FutureReturnValueIgnored") // what a channel is told to do ends in an event, not in a future
public final class Dialer {

    private final ByteBufAllocator allocator;
    private final WriteBufferWaterMark waterMark;
    private final UnaryOperator<InetSocketAddress> route;

    /**
     * @param route where a connection to a checked address is made to in fact; the identity, but in tests
     */
    public Dialer(ByteBufAllocator allocator, WriteBufferWaterMark waterMark, UnaryOperator<InetSocketAddress> route) {
        this.allocator = allocator;
        this.waterMark = waterMark;
        this.route = route;
    }

    /**
     * Dials on the given event loop.
     *
     * @param cleared the addresses; at most {@link EgressLimits#ADDRESSES_TRIED} are tried
     * @return the connection, or the last address's failure
     */
    public Future<UpstreamConnection> dial(EventLoop loop, List<InetAddress> cleared, int port) {
        Promise<UpstreamConnection> promise = loop.newPromise();
        List<InetAddress> tried = cleared.subList(0, Math.min(cleared.size(), EgressLimits.ADDRESSES_TRIED));
        dialNext(loop, tried, 0, port, promise);
        return promise;
    }

    private void dialNext(
            EventLoop loop, List<InetAddress> tried, int index, int port, Promise<UpstreamConnection> promise) {
        InetAddress address = tried.get(index);
        ChannelFuture attempt = bootstrap(loop, address).connect(route.apply(new InetSocketAddress(address, port)));
        attempt.addListener(done -> {
            if (done.isSuccess()) {
                UpstreamConnection connection = attempt.channel().pipeline().get(UpstreamConnection.class);
                if (!promise.trySuccess(connection)) {
                    connection.close();
                }
            } else if (index + 1 < tried.size()) {
                dialNext(loop, tried, index + 1, port, promise);
            } else {
                promise.tryFailure(done.cause());
            }
        });
    }

    private Bootstrap bootstrap(EventLoop loop, InetAddress address) {
        return new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.ALLOCATOR, allocator)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, EgressLimits.CONNECT_MILLIS)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new UpstreamConnection(channel, address));
                    }
                });
    }
}
