package io.openshell.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.openshell.core.credential.Credential;
import io.openshell.core.credential.CredentialBinding;
import io.openshell.core.credential.Credentials;
import io.openshell.proxy.BufferLeaks;
import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Connections that end at every possible moment give back every buffer. */
class BufferLeakTest {

    private static final String ENDPOINT =
            "host: api.test, port: 443, protocol: prefix, enforcement: enforce, allow: [POST /]";
    private static final String REQUESTS =
            "POST / HTTP/1.1\r\nHost: api.test\r\nContent-Length: 5\r\n\r\nhelloPOST / HTTP/1.1\r\nHost: ap";

    @Test
    void a_connection_that_breaks_anywhere_leaks_nothing() throws Exception {
        try (RecordingUpstream upstream = RecordingUpstream.tls(
                        ProxyFixture.LAB.issue("api.test").serverContext(), request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(ENDPOINT).host("api.test", 443, upstream.address())) {
            for (int length = 0; length <= REQUESTS.length(); length += 7) {
                breakAfter(proxy, REQUESTS.substring(0, length), true);
                breakAfter(proxy, REQUESTS.substring(0, length), false);
            }
        }
        requireNoLeak();
    }

    @Test
    void a_request_that_is_refused_for_a_placeholder_anywhere_leaks_nothing() throws Exception {
        String marker = "openshell:resolve:env:";
        String post = "POST / HTTP/1.1\r\nHost: api.test\r\n";
        try (RecordingUpstream upstream = RecordingUpstream.tls(
                        ProxyFixture.LAB.issue("api.test").serverContext(), request -> Reply.ok("x"));
                ProxyFixture proxy = ProxyFixture.withEndpoint(ENDPOINT).host("api.test", 443, upstream.address())) {
            proxy.credentials()
                    .replace(Credentials.of(List.of(Credential.owning(
                            "TOKEN",
                            "value".getBytes(StandardCharsets.US_ASCII),
                            List.of(CredentialBinding.parse("api.test")),
                            Optional.empty()))));
            for (int i = 0; i < 5; i++) {
                for (String request : List.of(
                        post + "X: " + marker + "TOKEN\r\nContent-Length: 5\r\n\r\nhello",
                        post + "X: " + marker + "NONE\r\nContent-Length: 5\r\n\r\nhello",
                        post + "Content-Length: 29\r\n\r\nhello, " + marker,
                        post + "Transfer-Encoding: chunked\r\n\r\n5\r\nopens\r\n5\r\nhello\r\n0\r\n\r\n",
                        post + "Transfer-Encoding: chunked\r\n\r\n5\r\nopens\r\n",
                        post + "Transfer-Encoding: chunked\r\n\r\n5\r\nopens\r\n11\r\nhell:resolve:env:\r\n")) {
                    try (RawClient client = proxy.tlsTunnel("api.test", 443)) {
                        client.send(request).finish();
                        client.readToEnd();
                    }
                }
            }
        }
        requireNoLeak();
    }

    private static void requireNoLeak() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(50);
            ByteBufAllocator.DEFAULT.directBuffer().release(); // looks for what was collected
        }
        assertThat(BufferLeaks.found()).isEmpty();
    }

    private static void breakAfter(ProxyFixture proxy, String sent, boolean tls) throws IOException {
        RawClient client = tls ? proxy.tlsTunnel("api.test", 443) : proxy.tunnel("api.test", 443);
        client.send(sent);
        client.reset();
    }

    @Test
    void a_leak_would_be_noticed() throws Exception {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
        loop.submit(BufferLeakTest::lose).sync();
        for (int i = 0; i < 50 && BufferLeaks.found().isEmpty(); i++) {
            System.gc();
            Thread.sleep(20);
            ByteBufAllocator.DEFAULT.directBuffer().release();
        }
        assertThat(BufferLeaks.found()).isNotEmpty();
        BufferLeaks.forget();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    private static void lose() {
        ByteBuf lost = ByteBufAllocator.DEFAULT.directBuffer(100);
        assertThat(lost.refCnt()).isOne();
    }
}
