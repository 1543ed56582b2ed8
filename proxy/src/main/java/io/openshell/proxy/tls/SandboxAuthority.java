package io.openshell.proxy.tls;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One sandbox's certificate authority. Its key is made here and stays in memory; it is handed out only to be kept for a
 * supervisor that comes back. Two sandboxes do not trust each other's certificates. All leaves share one key, so that a
 * new host costs one signature. Safe for use by many threads.
 */
public final class SandboxAuthority {

    private final Clock clock;
    private final CertificateMint mint = new CertificateMint();
    private final P256Key key;
    private final P256Key leafKey = mint.newKey();
    private final X509Certificate certificate;
    private final Cache<String, SslContext> contexts;

    private SandboxAuthority(Clock clock, P256Key key, X509Certificate certificate) {
        this.clock = clock;
        this.key = key;
        this.certificate = certificate;
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
     */
    public static SandboxAuthority create(Clock clock) {
        CertificateMint mint = new CertificateMint();
        P256Key key = mint.newKey();
        return new SandboxAuthority(clock, key, mint.authority(key, clock.instant()));
    }

    /**
     * The authority that another supervisor has made, from what {@link #certificate()} and {@link #encodedKey()} were.
     *
     * @param certificate DER
     * @param key PKCS #8; may be overwritten afterwards
     * @throws TlsException if they are not a certificate authority and its key; says nothing of either
     */
    public static SandboxAuthority restore(Clock clock, byte[] certificate, byte[] key) {
        AuthorityForm form = AuthorityForm.read(certificate, key);
        return new SandboxAuthority(clock, form.key(), form.certificate());
    }

    /** The private key, PKCS #8. Whoever asks overwrites it as soon as it is handed on. */
    public byte[] encodedKey() {
        return key.encoded();
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
        return mint.leaf(LeafName.of(host), leafKey.publicKey(), key, clock.instant());
    }

    private SslContext newContext(String host) {
        try {
            return TlsEngines.configure(SslContextBuilder.forServer(leafKey.forTls(), leaf(host), certificate))
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
