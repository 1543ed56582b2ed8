package io.openshell.proxy.tls;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One sandbox's certificate authority. Its key is made here, stays in memory, and is never handed out: two
 * sandboxes do not trust each other's certificates. All leaves share one key, so that a new host costs one
 * signature. Safe for use by many threads.
 */
public final class SandboxAuthority {

    private final Clock clock;
    private final CertificateMint mint = new CertificateMint();
    private final KeyPair authorityKeys = mint.newKeyPair();
    private final KeyPair leafKeys = mint.newKeyPair();
    private final X509Certificate certificate;
    private final Cache<String, SslContext> contexts;

    private SandboxAuthority(Clock clock) {
        this.clock = clock;
        certificate = mint.authority(authorityKeys, clock.instant());
        contexts = Caffeine.newBuilder()
                .maximumSize(TlsLimits.LEAF_CACHE_ENTRIES)
                .expireAfterWrite(TlsLimits.LEAF_REUSE)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(Runnable::run)
                .build();
    }

    /**
     * Makes an authority with a new key.
     *
     * @param clock dates the certificates
     * @throws TlsException if the JDK lacks EC P-256
     */
    public static SandboxAuthority create(Clock clock) {
        return new SandboxAuthority(clock);
    }

    /** The authority's certificate. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** The authority's certificate as a PEM file. */
    public byte[] caPem() {
        return Pem.encode(certificate);
    }

    /**
     * The server side for a host, if it was asked for before. Never computes.
     *
     * @param host a CONNECT host in canonical form
     */
    public @Nullable SslContext cachedContext(String host) {
        return contexts.getIfPresent(host);
    }

    /**
     * The server side for a host: a certificate with that one name, HTTP/1.1 as the only protocol, no session
     * tickets. Mints on first use (about half a millisecond), so call it off the event loops.
     *
     * @param host a CONNECT host in canonical form
     * @throws TlsException if no certificate can be made for it
     */
    public SslContext context(String host) {
        return contexts.get(host, this::newContext);
    }

    X509Certificate leaf(String host) {
        return mint.leaf(
                LeafName.of(host), leafKeys.getPublic(), certificate, authorityKeys.getPrivate(), clock.instant());
    }

    private SslContext newContext(String host) {
        try {
            return TlsEngines.configure(SslContextBuilder.forServer(leafKeys.getPrivate(), leaf(host), certificate))
                    .build();
        } catch (SSLException e) {
            throw new TlsException("TLS for " + host, e);
        }
    }

    @Override
    public String toString() {
        return "SandboxAuthority[" + certificate.getSerialNumber().toString(16) + "]";
    }
}
