package io.openshell.proxy.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;

/**
 * A key of the curve P-256 (FIPS 186-5) with its public half. It is Bouncy Castle that calculates: the JDK fills a table of
 * multiples before its first signature, which takes longer than all other cryptography of a start. Immutable.
 */
final class P256Key {

    private static final ECDomainParameters CURVE = new ECNamedDomainParameters(
            SECObjectIdentifiers.secp256r1, CustomNamedCurves.getByOID(SECObjectIdentifiers.secp256r1));
    private static final AlgorithmIdentifier ALGORITHM =
            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1);
    private static final AlgorithmIdentifier SIGNATURE = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    private static final AlgorithmIdentifier DIGEST = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256);

    private final ECPrivateKeyParameters secret;
    private final SubjectPublicKeyInfo publicKey;

    private P256Key(ECPrivateKeyParameters secret, ECPublicKeyParameters open) throws IOException {
        this.secret = secret;
        publicKey = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(open);
    }

    static P256Key generate(SecureRandom random) {
        ECKeyPairGenerator generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(CURVE, random));
        var pair = generator.generateKeyPair();
        try {
            return new P256Key((ECPrivateKeyParameters) pair.getPrivate(), (ECPublicKeyParameters) pair.getPublic());
        } catch (IOException e) {
            throw new TlsException("EC P-256 key", e);
        }
    }

    /**
     * The key that {@link #encoded()} has written.
     *
     * @param encoded PKCS #8
     * @throws IOException if it is no key of this curve
     */
    static P256Key decode(byte[] encoded) throws IOException {
        try {
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(encoded);
            if (info == null || !info.getPrivateKeyAlgorithm().equals(ALGORITHM)) {
                throw new IOException("not a key of the curve P-256");
            }
            BigInteger number = ECPrivateKey.getInstance(info.parsePrivateKey()).getKey();
            ECPrivateKeyParameters secret = new ECPrivateKeyParameters(number, CURVE);
            return new P256Key(
                    secret,
                    new ECPublicKeyParameters(new FixedPointCombMultiplier().multiply(CURVE.getG(), number), CURVE));
        } catch (IllegalArgumentException e) {
            throw new IOException("not a key of the curve P-256", e);
        }
    }

    /** PKCS #8. */
    byte[] encoded() {
        try {
            return PrivateKeyInfoFactory.createPrivateKeyInfo(secret).getEncoded();
        } catch (IOException e) {
            throw new TlsException("EC P-256 key", e);
        }
    }

    SubjectPublicKeyInfo publicKey() {
        return publicKey;
    }

    /** The same in the form that a TLS engine wants. */
    PrivateKey forTls() {
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded()));
        } catch (GeneralSecurityException e) {
            throw new TlsException("EC P-256 key", e);
        }
    }

    /** Signs once, by ECDSA with SHA-256. */
    ContentSigner signer(SecureRandom random) throws OperatorCreationException {
        return new BcECContentSignerBuilder(SIGNATURE, DIGEST)
                .setSecureRandom(random)
                .build(secret);
    }

    @Override
    public String toString() {
        return "P256Key[redacted]";
    }
}
