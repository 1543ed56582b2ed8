package io.openshell.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Errors;
import io.openshell.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The listener: where it comes from, what ends it, and what does not. */
class ProxyServerTest {

    private static final int ECONNABORTED = -103;
    private static final int EMFILE = -24;
    private static final int EBADF = -9;
    private static final int EUNKNOWN = -133;

    @BeforeAll
    static void load_the_native_transport() {
        Epoll.ensureAvailability();
    }

    @Test
    void a_descriptor_that_listens_already_is_served() throws IOException {
        LinuxSocket socket = LinuxSocket.newSocketStream();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.listen(16);
        try (ProxyFixture proxy = ProxyFixture.on(new ListeningSocket.Descriptor(socket.intValue()))) {
            assertThat(proxy.address().getPort()).isPositive();
            for (int i = 0; i < 3; i++) {
                try (RawClient client = proxy.connect()) {
                    assertThat(client.askTunnel("any.test:443").status()).isEqualTo(403);
                }
            }
            assertThat(proxy.events()).anyMatch(it -> it.startsWith("NET:LISTEN [INFO]"));
        }
    }

    @Test
    void a_port_that_is_taken_is_an_error_that_says_so() throws IOException {
        try (ProxyFixture first = ProxyFixture.withPolicies("")) {
            assertThatThrownBy(() -> ProxyFixture.on(
                            new ListeningSocket.Loopback(first.address().getPort())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("proxy listener");
        }
    }

    @Test
    void closing_ends_the_listener_and_every_connection() throws IOException {
        ProxyFixture proxy = ProxyFixture.withPolicies("");
        try (RawClient client = proxy.connect()) {
            client.send("CONNECT ");
            proxy.close();
            assertThat(client.closesWithin(Duration.ofSeconds(3))).isTrue();
            assertThatThrownBy(() -> RawClient.connect(proxy.address())).isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_connections_own_error_does_not_stop_the_listener() {
        EmbeddedChannel listener = new EmbeddedChannel(new AcceptErrors());
        fail(listener, ECONNABORTED);
        assertThat(listener.config().isAutoRead()).isTrue();
        assertThat(listener.isOpen()).isTrue();
    }

    @Test
    void a_lack_of_descriptors_is_waited_out_longer_each_time() {
        EmbeddedChannel listener = new EmbeddedChannel(new AcceptErrors());
        long[] expected = {100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000};
        for (long pause : expected) {
            fail(listener, EMFILE);
            assertThat(listener.config().isAutoRead()).isFalse();
            listener.advanceTimeBy(pause - 10, TimeUnit.MILLISECONDS);
            listener.runScheduledPendingTasks();
            assertThat(listener.config().isAutoRead()).as("before %s ms", pause).isFalse();
            listener.advanceTimeBy(20, TimeUnit.MILLISECONDS);
            listener.runScheduledPendingTasks();
            assertThat(listener.config().isAutoRead()).as("after %s ms", pause).isTrue();
        }
    }

    @Test
    void an_error_that_is_not_understood_ends_the_listener_at_the_fifth_time() {
        EmbeddedChannel listener = new EmbeddedChannel(new AcceptErrors());
        for (int i = 0; i < 4; i++) {
            fail(listener, EUNKNOWN);
        }
        assertThat(listener.isOpen()).isTrue();
        fail(listener, EUNKNOWN);
        assertThat(listener.isOpen()).isFalse();
    }

    @Test
    void a_descriptor_that_is_gone_ends_the_listener_at_once() {
        EmbeddedChannel listener = new EmbeddedChannel(new AcceptErrors());
        fail(listener, EBADF);
        assertThat(listener.isOpen()).isFalse();
    }

    private static void fail(EmbeddedChannel listener, int error) {
        listener.pipeline().fireExceptionCaught(new Errors.NativeIoException("accept", error));
    }
}
