package io.openshell.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever passes, and however slowly, the proxy keeps little of it. */
@Tag("slow")
class BoundedMemoryTest {

    private static final long GIBIBYTE = 1L << 30;
    private static final int BLOCK = 256 * 1024;
    private static final long MEBIBYTE = 1L << 20;

    /** Both relays' buffers, the allocator's chunks for two loops, and what one read may bring. */
    private static final long RELAY_MEMORY = 16 * MEBIBYTE;

    private static final String PLAIN =
            "host: api.test, port: 80, protocol: prefix, enforcement: enforce, allow: [GET /, POST /]";

    @Test
    void a_gibibyte_passes_in_each_direction_with_flat_memory() throws IOException {
        AtomicLong uploaded = new AtomicLong();
        try (Source source = new Source(GIBIBYTE, uploaded);
                ProxyFixture proxy = ProxyFixture.withEndpoint(PLAIN).host("api.test", 80, source.address());
                RawClient client = proxy.tunnel("api.test", 80)) {
            client.patience(Duration.ofSeconds(60));
            client.send("GET /download HTTP/1.1\r\nHost: api.test\r\n\r\n");
            client.readHead();
            byte[] buffer = new byte[BLOCK];
            long peak = 0;
            for (long left = GIBIBYTE; left > 0; ) {
                left -= client.readSome(buffer);
                peak = Math.max(peak, ProxyFixture.bufferMemory());
            }
            assertThat(peak).isLessThan(RELAY_MEMORY);
            client.send("POST /upload HTTP/1.1\r\nHost: api.test\r\nContent-Length: " + GIBIBYTE + "\r\n\r\n");
            for (long left = GIBIBYTE; left > 0; left -= BLOCK) {
                client.send(buffer);
                peak = Math.max(peak, ProxyFixture.bufferMemory());
            }
            assertThat(client.readResponse("POST").status()).isEqualTo(200);
            assertThat(uploaded).hasValue(GIBIBYTE);
            assertThat(peak).isLessThan(RELAY_MEMORY);
        }
    }

    @Test
    void a_client_that_does_not_read_stops_the_upstream() throws Exception {
        try (Source source = new Source(GIBIBYTE, new AtomicLong());
                ProxyFixture proxy = ProxyFixture.withEndpoint(PLAIN).host("api.test", 80, source.address())) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(proxy.tunnel("api.test", 80).send("GET / HTTP/1.1\r\nHost: api.test\r\n\r\n"));
            }
            Thread.sleep(2_000);
            long before = source.sent.get();
            Thread.sleep(1_000);
            assertThat(source.sent.get()).isEqualTo(before).isLessThan(GIBIBYTE);
            assertThat(ProxyFixture.bufferMemory()).isLessThan(RELAY_MEMORY);
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void an_upstream_that_does_not_read_stops_the_client() throws Exception {
        try (RecordingUpstream deaf = RecordingUpstream.conversing((in, out) -> {
                    in.read(new byte[10]);
                    pause(20_000);
                });
                ProxyFixture proxy = ProxyFixture.withEndpoint(PLAIN).host("api.test", 80, deaf.address());
                RawClient client = proxy.tunnel("api.test", 80)) {
            client.send("POST / HTTP/1.1\r\nHost: api.test\r\nContent-Length: " + GIBIBYTE + "\r\n\r\n");
            AtomicLong sent = new AtomicLong();
            Thread writer = Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (byte[] block = new byte[BLOCK]; ; sent.addAndGet(BLOCK)) {
                        client.send(block);
                    }
                } catch (IOException closed) {
                    // The test is over.
                }
            });
            Thread.sleep(2_000);
            long before = sent.get();
            Thread.sleep(1_000);
            assertThat(writer.isAlive()).isTrue();
            assertThat(sent.get()).isEqualTo(before).isLessThan(64 * MEBIBYTE);
            assertThat(ProxyFixture.bufferMemory()).isLessThan(RELAY_MEMORY);
        }
    }

    @Test
    void a_thousand_idle_tunnels_cost_little_and_go_away() throws Exception {
        try (RecordingUpstream upstream = RecordingUpstream.tls(
                        ProxyFixture.LAB.issue("api.test").serverContext(), request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(PLAIN.replace("port: 80", "port: 443"))
                        .host("api.test", 443, upstream.address())) {
            long before = usedHeap();
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                RawClient client = proxy.tlsTunnel("api.test", 443);
                clients.add(client);
                client.send("GET / HTTP/1.1\r\nHost: api.test\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
            assertThat(proxy.server().openConnections()).isEqualTo(1_000);
            assertThat(ProxyFixture.bufferMemory()).isLessThan(RELAY_MEMORY);
            // The heap holds 1,000 clients and 1,000 servers of the test as well.
            assertThat(usedHeap() - before).isLessThan(200 * MEBIBYTE);
            for (RawClient client : clients) {
                client.close();
            }
            for (int i = 0; i < 100 && proxy.server().openConnections() > 0; i++) {
                Thread.sleep(50);
            }
            assertThat(proxy.server().openConnections()).isZero();
        }
    }

    @Test
    void a_head_that_does_not_come_ends_the_connection() throws Exception {
        try (RecordingUpstream upstream = RecordingUpstream.plain(request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(PLAIN).host("api.test", 80, upstream.address());
                RawClient client = proxy.connect()) {
            client.send("CONNECT api");
            assertThat(client.closesWithin(Duration.ofMillis(RelayLimits.FIRST_HEAD_MILLIS + 2_000)))
                    .isTrue();
        }
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** A server that sends and takes a lot, and remembers only how much. */
    private static final class Source implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final long size;
        private final AtomicLong uploaded;
        private final AtomicLong sent = new AtomicLong();

        Source(long size, AtomicLong uploaded) throws IOException {
            this.size = size;
            this.uploaded = uploaded;
            Thread.ofPlatform().daemon().start(this::accept);
        }

        InetSocketAddress address() {
            return (InetSocketAddress) server.getLocalSocketAddress();
        }

        private void accept() {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.ofPlatform().daemon().start(() -> serve(socket));
                } catch (IOException closed) {
                    return;
                }
            }
        }

        private void serve(Socket socket) {
            try (socket) {
                InputStream in = socket.getInputStream();
                while (true) {
                    String head = head(in);
                    if (head.startsWith("GET")) {
                        download(socket);
                    } else if (head.startsWith("POST")) {
                        upload(socket, in);
                    } else {
                        return;
                    }
                }
            } catch (IOException ended) {
                // The proxy went away; the test looks at the counters.
            }
        }

        private void download(Socket socket) throws IOException {
            socket.getOutputStream()
                    .write(("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n").getBytes(ISO_8859_1));
            byte[] block = new byte[BLOCK];
            for (long left = size; left > 0; left -= BLOCK) {
                socket.getOutputStream().write(block);
                sent.addAndGet(BLOCK);
            }
        }

        private void upload(Socket socket, InputStream in) throws IOException {
            byte[] block = new byte[BLOCK];
            long left = size;
            while (left > 0) {
                int n = in.read(block, 0, (int) Math.min(left, BLOCK));
                if (n < 0) {
                    return;
                }
                left -= n;
                uploaded.addAndGet(n);
            }
            socket.getOutputStream().write(Reply.ok("done").bytes());
        }

        private static String head(InputStream in) throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return "";
                }
                head.append((char) next);
            }
            return head.toString();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
