package io.openshell.testkit;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for tests, and certificates from it, right and wrong ones. EC P-256. Immutable. */
public final class CertificateLab {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final X509Certificate authority;
    private final PrivateKey key;

    private CertificateLab(X509Certificate authority, PrivateKey key) {
        this.authority = authority;
        this.key = key;
    }

    /** A new authority. */
    public static CertificateLab create() {
        KeyPair pair = newKeyPair();
        Instant now = Instant.now();
        X500Name name = new X500Name("CN=OpenShell testkit authority " + serial());
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                serial(),
                Date.from(now.minus(1, ChronoUnit.DAYS)),
                Date.from(now.plus(30, ChronoUnit.DAYS)),
                name,
                pair.getPublic());
        try {
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(pair.getPublic()));
            return new CertificateLab(sign(builder, pair.getPrivate()), pair.getPrivate());
        } catch (IOException | GeneralSecurityException | OperatorCreationException impossible) {
            throw new IllegalStateException("testkit authority: not made", impossible);
        }
    }

    /** The authority's certificate. */
    public X509Certificate authority() {
        return authority;
    }

    /** The authority's certificate as PEM, for {@code --upstream-ca} and the like. */
    public String authorityPem() {
        return Pem.of(authority);
    }

    /** A certificate for host names and IP addresses, valid now. */
    public ServerCertificate issue(String... names) {
        Instant now = Instant.now();
        return issue(now.minus(1, ChronoUnit.DAYS), now.plus(7, ChronoUnit.DAYS), names);
    }

    /** A certificate that expired yesterday. */
    public ServerCertificate issueExpired(String... names) {
        Instant now = Instant.now();
        return issue(now.minus(9, ChronoUnit.DAYS), now.minus(1, ChronoUnit.DAYS), names);
    }

    /** A certificate for a stretch of time. */
    public ServerCertificate issue(Instant from, Instant until, String... names) {
        KeyPair pair = newKeyPair();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                authority, serial(), Date.from(from), Date.from(until), new X500Name("CN=testkit"), pair.getPublic());
        GeneralName[] alternatives = new GeneralName[names.length];
        for (int i = 0; i < names.length; i++) {
            boolean address = names[i].indexOf(':') >= 0 || names[i].matches("[0-9.]+");
            alternatives[i] = new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, names[i]);
        }
        try {
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
            builder.addExtension(Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(authority));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(pair.getPublic()));
            return new ServerCertificate(sign(builder, key), authority, pair.getPrivate());
        } catch (IOException | GeneralSecurityException | OperatorCreationException impossible) {
            throw new IllegalStateException("testkit certificate: not made", impossible);
        }
    }

    /** A client's TLS that trusts this authority and no other. */
    public SSLContext clientContext() {
        return trusting(authority);
    }

    /** A client's TLS that trusts these authorities and no other. */
    public static SSLContext trusting(X509Certificate... authorities) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < authorities.length; i++) {
                store.setCertificateEntry("ca" + i, authorities[i]);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("testkit trust: not made", impossible);
        }
    }

    /**
     * A server's certificate and key.
     *
     * @param certificate the server's
     * @param issuer the authority's
     * @param key the server's; never printed
     */
    public record ServerCertificate(X509Certificate certificate, X509Certificate issuer, PrivateKey key) {

        /** The chain as PEM, server first. */
        public String chainPem() {
            return Pem.of(certificate) + Pem.of(issuer);
        }

        /** The key as PEM (PKCS #8, not encrypted). */
        public String keyPem() {
            return Pem.of("PRIVATE KEY", key.getEncoded());
        }

        /** A server's TLS with this certificate. */
        public SSLContext serverContext() {
            try {
                return ServerKeys.context(keyStore());
            } catch (GeneralSecurityException | IOException impossible) {
                throw new IllegalStateException("testkit server context: not made", impossible);
            }
        }

        KeyStore keyStore() throws GeneralSecurityException, IOException {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", key, ServerKeys.password(), new X509Certificate[] {certificate, issuer});
            return store;
        }

        @Override
        public String toString() {
            return "ServerCertificate[" + certificate.getSerialNumber() + "]";
        }
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey signer)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
    }

    private static KeyPair newKeyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("testkit key: not made", impossible);
        }
    }

    private static BigInteger serial() {
        return new BigInteger(96, RANDOM).setBit(95);
    }
}
