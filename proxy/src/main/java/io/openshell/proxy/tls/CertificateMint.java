package io.openshell.proxy.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * Makes the certificates, with every extension that strict verifiers (RFC 5280 section 4.2; Python's
 * VERIFY_X509_STRICT) insist on.
 */
final class CertificateMint {

    private static final String ORGANISATION = "OpenShell";
    private static final String AUTHORITY_NAME = "OpenShell Sandbox CA";
    private static final int SERIAL_BITS = 127;

    /** RFC 5280 appendix A, ub-common-name. Longer hosts are in the alternative name only. */
    private static final int COMMON_NAME_MAX = 64;

    private final SecureRandom random = new SecureRandom();

    P256Key newKey() {
        return P256Key.generate(random);
    }

    X509Certificate authority(P256Key key, Instant now) {
        X500Name name = name(AUTHORITY_NAME);
        X509v3CertificateBuilder builder = builder(name, name, key.publicKey(), now, TlsLimits.AUTHORITY_VALIDITY);
        try {
            BcX509ExtensionUtils extensions = new BcX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(key.publicKey()));
            return sign(builder, key);
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new TlsException("sandbox authority", e);
        }
    }

    X509Certificate leaf(LeafName host, SubjectPublicKeyInfo key, P256Key issuer, Instant now) {
        X500Name subject = name(host.text().length() <= COMMON_NAME_MAX ? host.text() : ORGANISATION);
        X509v3CertificateBuilder builder = builder(name(AUTHORITY_NAME), subject, key, now, TlsLimits.LEAF_VALIDITY);
        try {
            BcX509ExtensionUtils extensions = new BcX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(host.kind(), host.text())));
            builder.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(key));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    extensions.createAuthorityKeyIdentifier(issuer.publicKey()));
            return sign(builder, issuer);
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new TlsException("certificate for " + host.text(), e);
        }
    }

    private X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, SubjectPublicKeyInfo key, Instant now, Duration validity) {
        return new X509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                CertificateTime.of(now.minus(TlsLimits.CLOCK_SKEW)),
                CertificateTime.of(now.plus(validity)),
                subject,
                key);
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, ORGANISATION)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private X509Certificate sign(X509v3CertificateBuilder builder, P256Key key)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter().getCertificate(builder.build(key.signer(random)));
    }
}
