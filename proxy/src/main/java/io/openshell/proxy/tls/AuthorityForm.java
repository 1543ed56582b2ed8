package io.openshell.proxy.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/** An authority read back from bytes: its certificate, and the key that fits it. */
record AuthorityForm(X509Certificate certificate, P256Key key) {

    private static final String REFUSED =
            "sandbox authority: not a certificate with its key (expected: what the supervisor before has left)";

    /** Messages and causes say nothing of the bytes. */
    static AuthorityForm read(byte[] certificate, byte[] key) {
        try {
            AuthorityForm form = new AuthorityForm(
                    (X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(certificate)),
                    P256Key.decode(key));
            if (form.certificate.getBasicConstraints() < 0 || !form.fits()) {
                throw new TlsException(REFUSED);
            }
            return form;
        } catch (GeneralSecurityException | IOException | ClassCastException e) {
            throw new TlsException(REFUSED);
        }
    }

    private boolean fits() throws IOException {
        return Arrays.equals(
                certificate.getPublicKey().getEncoded(), key.publicKey().getEncoded());
    }

    @Override
    public String toString() {
        return "AuthorityForm[redacted]";
    }
}
