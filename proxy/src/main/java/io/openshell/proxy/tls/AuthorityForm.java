package io.openshell.proxy.tls;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;

/** An authority read back from bytes: its certificate, and the key that fits it. */
record AuthorityForm(X509Certificate certificate, PrivateKey key) {

    private static final String REFUSED =
            "sandbox authority: not a certificate with its key (expected: what the supervisor before has left)";
    private static final int CHALLENGE_BYTES = 32;

    /** Messages and causes say nothing of the bytes. */
    static AuthorityForm read(byte[] certificate, byte[] key) {
        try {
            AuthorityForm form = new AuthorityForm(
                    (X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(certificate)),
                    KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)));
            if (form.certificate.getBasicConstraints() < 0 || !form.fits()) {
                throw new TlsException(REFUSED);
            }
            return form;
        } catch (GeneralSecurityException | ClassCastException e) {
            throw new TlsException(REFUSED);
        }
    }

    private boolean fits() throws GeneralSecurityException {
        byte[] challenge = new byte[CHALLENGE_BYTES];
        new SecureRandom().nextBytes(challenge);
        Signature signing = Signature.getInstance(CertificateMint.SIGNATURE);
        signing.initSign(key);
        signing.update(challenge);
        Signature verifying = Signature.getInstance(CertificateMint.SIGNATURE);
        verifying.initVerify(certificate.getPublicKey());
        verifying.update(challenge);
        return verifying.verify(signing.sign());
    }

    @Override
    public String toString() {
        return "AuthorityForm[redacted]";
    }
}
