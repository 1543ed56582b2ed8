package io.openshell.proxy.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

/** What both sides' contexts share: BoringSSL where its native part loads, TLS 1.2 and 1.3, HTTP/1.1 alone. */
final class TlsEngines {

    /**
     * The collected kind, not the reference-counted one: a context may be evicted from the cache by one thread
     * while another is about to use it.
     */
    private static final SslProvider PROVIDER = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;

    private TlsEngines() {}

    static SslContextBuilder configure(SslContextBuilder builder) {
        return builder.sslProvider(PROVIDER)
                .protocols("TLSv1.3", "TLSv1.2")
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "http/1.1"));
    }
}
