package io.openshell.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class UpstreamTlsTest {

    private final List<SslContext> made = new ArrayList<>();
    private final List<Runnable> background = new ArrayList<>();
    private final UpstreamTls tls = new UpstreamTls(this::make, background::add);

    @Test
    void nothing_is_made_for_a_sandbox_without_connections() {
        assertThat(background).isEmpty();
        assertThat(made).isEmpty();
    }

    @Test
    void it_is_made_once_and_in_the_background() {
        tls.begin();
        tls.begin();
        assertThat(made).isEmpty();
        assertThat(background).hasSize(1);
        background.getFirst().run();
        assertThat(made).hasSize(1);
    }

    private SslContext make() {
        try {
            SslContext context = SslContextBuilder.forClient().build();
            made.add(context);
            return context;
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }
}
