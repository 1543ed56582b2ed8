package io.openshell.proxy.tls;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roots that upstream servers are verified against: the system's, and any that the user adds. Read once; the system's are
 * parsed when the first server is to be verified. Immutable. Any thread.
 */
public final class UpstreamTrust {

    /** Where systems keep their roots; the first that exists and is not empty is used. */
    private static final List<Path> SYSTEM_BUNDLES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/ca-bundle.pem"),
            Path.of("/etc/ssl/cert.pem"));

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamTrust.class);

    private final String systemPem;
    private final List<byte[]> system;
    private final List<X509Certificate> added;
    private @Nullable TrustManagerFactory managers;

    private UpstreamTrust(String systemPem, List<X509Certificate> added) {
        this.systemPem = systemPem;
        this.system = Pem.decode(systemPem);
        this.added = List.copyOf(added);
    }

    /**
     * Reads the system's roots and these files.
     *
     * @param extra PEM files, each with at least one certificate
     * @throws TlsException if one of {@code extra} cannot be read; nothing in it is skipped. What cannot be parsed
     *     in the system's bundle is left out with a warning: it trusts less, never more
     */
    public static UpstreamTrust load(List<Path> extra) {
        return load(SYSTEM_BUNDLES, extra);
    }

    static UpstreamTrust load(List<Path> systemBundles, List<Path> extra) {
        List<X509Certificate> added = new ArrayList<>();
        for (Path file : extra) {
            added.addAll(readAll(file));
        }
        return new UpstreamTrust(firstNonEmpty(systemBundles), added);
    }

    /** The trusted roots as a PEM bundle: the system's and the added ones. */
    public byte[] bundlePem() {
        return bundle(added);
    }

    /** The same with a sandbox's authority: what goes into the sandbox as {@code ca-bundle.pem}. */
    public byte[] bundlePem(SandboxAuthority authority) {
        List<X509Certificate> all = new ArrayList<>(added);
        all.add(authority.certificate());
        return bundle(all);
    }

    /** The same as a PKCS#12 trust store, which any JDK from 8u301 on reads, with any password. */
    public byte[] pkcs12(SandboxAuthority authority) {
        JavaTrustStore store = new JavaTrustStore();
        for (int i = 0; i < system.size(); i++) {
            if (CertificateOutline.isReadByJava(system.get(i))) {
                store.add("system-" + (i + 1), system.get(i));
            }
        }
        for (int i = 0; i < added.size(); i++) {
            store.add("added-" + (i + 1), Pem.der(added.get(i)));
        }
        store.add("openshell-sandbox-ca", Pem.der(authority.certificate()));
        return store.encoded();
    }

    /**
     * A new client side: verifies the chain and the host name or address, offers HTTP/1.1 alone, sends no early
     * data. Sessions are resumed within one context only, so each sandbox needs its own. The first takes long enough
     * (a tenth of a second, cold) to be made beside something else.
     */
    public SslContext newClientContext() {
        try {
            return TlsEngines.configure(SslContextBuilder.forClient().trustManager(managers()))
                    .endpointIdentificationAlgorithm("HTTPS")
                    .build();
        } catch (SSLException e) {
            throw new TlsException("TLS client", e);
        }
    }

    private synchronized TrustManagerFactory managers() {
        TrustManagerFactory made = managers;
        if (made == null) {
            made = parse();
            managers = made;
        }
        return made;
    }

    private TrustManagerFactory parse() {
        try {
            KeyStore roots = KeyStore.getInstance("PKCS12");
            roots.load(null, null);
            for (int i = 0; i < system.size(); i++) {
                try {
                    roots.setCertificateEntry("system-" + (i + 1), parse(system.get(i)));
                } catch (CertificateException e) {
                    LOG.warn("system root {} is left out: {}", i + 1, e.getMessage());
                }
            }
            for (int i = 0; i < added.size(); i++) {
                roots.setCertificateEntry("added-" + (i + 1), added.get(i));
            }
            TrustManagerFactory made = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            made.init(roots);
            return made;
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException("trusted roots", e);
        }
    }

    private byte[] bundle(List<X509Certificate> after) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(systemPem.getBytes(StandardCharsets.ISO_8859_1));
        if (!systemPem.isEmpty() && !systemPem.endsWith("\n")) {
            out.write('\n');
        }
        for (X509Certificate certificate : after) {
            out.writeBytes(Pem.encode(certificate));
        }
        return out.toByteArray();
    }

    private static String firstNonEmpty(List<Path> bundles) {
        for (Path bundle : bundles) {
            try {
                if (Files.isRegularFile(bundle) && Files.size(bundle) > 0) {
                    return Files.readString(bundle, StandardCharsets.ISO_8859_1);
                }
            } catch (IOException e) {
                throw new TlsException(bundle.toString(), e);
            }
        }
        LOG.warn("no system roots found (expected: one of {}); only added ones are trusted", bundles);
        return "";
    }

    private static List<X509Certificate> readAll(Path file) {
        try {
            List<X509Certificate> certificates = new ArrayList<>();
            for (byte[] der : Pem.decode(Files.readString(file, StandardCharsets.ISO_8859_1))) {
                certificates.add(parse(der));
            }
            if (certificates.isEmpty()) {
                throw new TlsException(file + ": no certificate (expected: a PEM file with at least one)");
            }
            return certificates;
        } catch (IOException | CertificateException | IllegalArgumentException e) {
            throw new TlsException(file.toString(), e);
        }
    }

    private static X509Certificate parse(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }
}
