package io.openshell.proxy.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is secret does not stay in the buffers that it was sent from. */
class SecretWriteTest {

    @Test
    void a_secret_is_overwritten_once_it_is_sent() {
        EmbeddedChannel channel = new EmbeddedChannel();
        ByteBuf secret = secret();
        UpstreamConnection connection = new UpstreamConnection(channel, InetAddress.getLoopbackAddress());
        connection.writeSecret(secret);
        assertThat(secret.toString(StandardCharsets.US_ASCII)).isEqualTo("hidden");
        connection.flush();
        ByteBuf sent = channel.readOutbound();
        assertThat(sent.readableBytes()).isEqualTo(6);
        sent.forEachByte(octet -> {
            assertThat(octet).isZero();
            return true;
        });
        sent.release();
        assertThat(secret.refCnt()).isZero();
    }

    @Test
    void a_secret_is_overwritten_if_it_could_not_be_sent() {
        EmbeddedChannel channel = new EmbeddedChannel();
        ByteBuf secret = secret();
        ByteBuf seen = secret.retainedDuplicate();
        UpstreamConnection connection = new UpstreamConnection(channel, InetAddress.getLoopbackAddress());
        connection.writeSecret(secret);
        assertThat(channel.close().isSuccess()).isTrue();
        assertThat(seen.getByte(0)).isZero();
        seen.release();
        assertThat(secret.refCnt()).isZero();
    }

    private static ByteBuf secret() {
        return Unpooled.buffer(32).writeBytes("hidden".getBytes(StandardCharsets.US_ASCII));
    }
}
