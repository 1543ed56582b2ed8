package io.openshell.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.openshell.core.event.Destination;
import io.openshell.proxy.relay.SandboxRelay;
import io.openshell.proxy.sandbox.SandboxContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Function;

/** The proxy of one sandbox: the only way out that its agent has. */
@SuppressWarnings("FutureReturnValueIgnored") // what a channel is told to do ends in an event, not in a future
public final class ProxyServer implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final long CLOSE_MILLIS = 5_000;

    private final SandboxRelay relay;
    private final Channel listener;

    private ProxyServer(SandboxRelay relay, Channel listener) {
        this.relay = relay;
        this.listener = listener;
    }

    /**
     * Begins to accept connections.
     *
     * @param sandbox whose connections these are
     * @param socket where they arrive
     * @throws IOException if the socket cannot be listened on
     */
    public static ProxyServer start(ProxyConfig config, SandboxContext sandbox, ListeningSocket socket)
            throws IOException {
        ProxyRuntime runtime = config.runtime();
        SandboxRelay relay =
                new SandboxRelay(sandbox, runtime.relayLoops(), runtime.dialer(), runtime.background(), config.clock());
        ServerBootstrap bootstrap = bootstrap(runtime, relay::handlerFor);
        ChannelFuture opened = switch (socket) {
            case ListeningSocket.Descriptor descriptor ->
                bootstrap
                        .channelFactory(() -> new EpollServerSocketChannel(descriptor.fd()))
                        .register();
            case ListeningSocket.Loopback loopback ->
                bootstrap
                        .channel(EpollServerSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), loopback.port()));
        };
        if (!opened.awaitUninterruptibly().isSuccess()) {
            throw new IOException(
                    "proxy listener: " + socket + ": " + opened.cause().getMessage(), opened.cause());
        }
        ProxyServer server = new ProxyServer(relay, opened.channel());
        InetSocketAddress address = server.address();
        relay.listening(new Destination(address.getAddress().getHostAddress(), address.getPort()));
        return server;
    }

    /**
     * Makes a listener's channel and closes it, bound to nothing: what the first one of a process loads, a sandbox's own need not
     * wait for.
     */
    static void prepare(ProxyRuntime runtime) {
        ChannelFuture made = bootstrap(runtime, channel -> new ChannelInboundHandlerAdapter())
                .channel(EpollServerSocketChannel.class)
                .register()
                .awaitUninterruptibly();
        made.channel().close().awaitUninterruptibly(CLOSE_MILLIS);
    }

    private static ServerBootstrap bootstrap(ProxyRuntime runtime, Function<Channel, ChannelHandler> handlers) {
        return new ServerBootstrap()
                .group(runtime.eventLoops())
                .option(ChannelOption.ALLOCATOR, runtime.allocator())
                .handler(new AcceptErrors())
                .childOption(ChannelOption.ALLOCATOR, runtime.allocator())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, runtime.waterMark())
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(handlers.apply(channel));
                    }
                });
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** How many connections are open. */
    public int openConnections() {
        return relay.openConnections();
    }

    /** Stops accepting and ends every connection. Waits for the listener, not for the connections. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly(CLOSE_MILLIS);
        relay.end();
    }
}
