package io.openshell.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.openshell.testkit.CertificateLab;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Measures the proxy's own CPU: keep-alive requests with TLS on both sides, and new tunnels. Not a test; run its
 * {@code main} with the test class path and the flags of production. What is counted is the event loops' time
 * alone, so garbage collection and compilation come on top.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a load that fails ends in an exception event
public final class ProxyLoad {

    private static final int CONNECTIONS = 8;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final PrintStream OUT = System.out;
    private static final byte[] RESPONSE =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nhello, world\n"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REQUEST = String.join(
                    "\r\n",
                    "GET /public/thing?x=1 HTTP/1.1",
                    "Host: api.test",
                    "User-Agent: load/1.0",
                    "Accept: */*",
                    "Authorization: Bearer xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                    "",
                    "")
            .getBytes(StandardCharsets.US_ASCII);

    private final EventLoopGroup clients = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final EventLoopGroup servers = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ProxyFixture proxy;
    private final SslContext trust;

    private ProxyLoad() throws Exception {
        CertificateLab.ServerCertificate certificate = ProxyFixture.LAB.issue("api.test");
        SslContext tls = SslContextBuilder.forServer(certificate.key(), certificate.certificate(), certificate.issuer())
                .build();
        Channel upstream = new ServerBootstrap()
                .group(servers)
                .channel(EpollServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()), new Answers());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        StringBuilder policies = new StringBuilder(ProxyFixture.onePolicy(
                "host: api.test, port: 443, protocol: prefix, enforcement: enforce, allow: [GET /public]"));
        for (int i = 0; i < 999; i++) {
            policies.append(
                    ProxyFixture.onePolicy("host: host" + i + ".test, port: 443, protocol: prefix, allow: [GET /]")
                            .replace("test:\n", "p" + i + ":\n"));
        }
        proxy = ProxyFixture.withPolicies(policies.toString())
                .discardingEvents()
                .host("api.test", 443, (InetSocketAddress) upstream.localAddress());
        trust = SslContextBuilder.forClient()
                .trustManager(proxy.authority().certificate())
                .build();
    }

    public static void main(String[] arguments) throws Exception {
        ProxyLoad load = new ProxyLoad();
        for (int round = 0; round < 6; round++) {
            load.requests(60_000);
        }
        for (int round = 0; round < 4; round++) {
            load.tunnels(1_000);
        }
        System.exit(0);
    }

    private void requests(int count) throws InterruptedException {
        AtomicLong left = new AtomicLong(count);
        CountDownLatch done = new CountDownLatch(CONNECTIONS);
        long cpu = proxyCpu();
        long start = System.nanoTime();
        for (int i = 0; i < CONNECTIONS; i++) {
            connect(new Asks(left, done));
        }
        done.await();
        report("request", count, proxyCpu() - cpu, System.nanoTime() - start);
    }

    private void tunnels(int count) throws InterruptedException {
        long cpu = proxyCpu();
        long start = System.nanoTime();
        for (int i = 0; i < count / 4; i++) {
            CountDownLatch done = new CountDownLatch(4);
            for (int j = 0; j < 4; j++) {
                connect(new Asks(new AtomicLong(1), done));
            }
            done.await();
        }
        report("tunnel", count, proxyCpu() - cpu, System.nanoTime() - start);
    }

    private static void report(String what, int count, long cpuNanos, long wallNanos) {
        OUT.printf("%s: %.1f us CPU, %.0f/s%n", what, cpuNanos / 1000.0 / count, count * 1e9 / wallNanos);
    }

    private void connect(Asks asks) {
        new Bootstrap()
                .group(clients)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new Opens(trust, asks));
                    }
                })
                .connect(proxy.address());
    }

    private static long proxyCpu() {
        long sum = 0;
        for (long id : THREADS.getAllThreadIds()) {
            ThreadInfo info = THREADS.getThreadInfo(id);
            if (info != null && info.getThreadName().startsWith("openshell-proxy")) {
                sum += THREADS.getThreadCpuTime(id);
            }
        }
        return sum;
    }

    /** Asks for the tunnel, and puts TLS on when it stands. */
    private static final class Opens extends ChannelInboundHandlerAdapter {

        private final SslContext trust;
        private final Asks asks;

        Opens(SslContext trust, Asks asks) {
            this.trust = trust;
            this.asks = asks;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(
                    "CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
            SslHandler tls = trust.newHandler(ctx.alloc(), "api.test", 443);
            ctx.pipeline().addLast(tls, asks);
            ctx.pipeline().remove(this);
        }
    }

    /** Sends one request after the other. */
    private static final class Asks extends ChannelInboundHandlerAdapter {

        private final AtomicLong left;
        private final CountDownLatch done;
        private int received;

        Asks(AtomicLong left, CountDownLatch done) {
            this.left = left;
            this.done = done;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent) {
                next(ctx);
            }
        }

        private void next(ChannelHandlerContext ctx) {
            if (left.getAndDecrement() > 0) {
                received = 0;
                ctx.writeAndFlush(Unpooled.wrappedBuffer(REQUEST));
            } else {
                ctx.close();
                done.countDown();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            received += bytes.readableBytes();
            boolean complete = bytes.getByte(bytes.writerIndex() - 1) == '\n' && received >= RESPONSE.length - 2;
            bytes.release();
            if (complete) {
                next(ctx);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            throw new IllegalStateException(cause);
        }
    }

    /** Answers each request; they come one at a time. */
    private static final class Answers extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            boolean complete = bytes.readableBytes() > 4 && bytes.getByte(bytes.writerIndex() - 1) == '\n';
            bytes.release();
            if (complete) {
                ctx.writeAndFlush(Unpooled.wrappedBuffer(RESPONSE));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, @Nullable Throwable cause) {
            ctx.close();
        }
    }
}
