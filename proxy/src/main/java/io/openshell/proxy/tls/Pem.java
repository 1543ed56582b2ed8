package io.openshell.proxy.tls;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The textual encoding of certificates (RFC 7468 section 5). */
final class Pem {

    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";
    private static final int LINE_LENGTH = 64;

    private Pem() {}

    static byte[] encode(X509Certificate certificate) {
        Base64.Encoder lines = Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'});
        String text = BEGIN + "\n" + lines.encodeToString(der(certificate)) + "\n" + END + "\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The certificates of a PEM file, as DER, in order. Text outside the markers is skipped, as RFC 7468 says.
     *
     * @throws IllegalArgumentException if a block does not end or is not base64
     */
    static List<byte[]> decode(String text) {
        List<byte[]> blocks = new ArrayList<>();
        int begin = text.indexOf(BEGIN);
        while (begin >= 0) {
            int end = text.indexOf(END, begin);
            if (end < 0) {
                throw new IllegalArgumentException("certificate " + (blocks.size() + 1) + " has no end marker");
            }
            blocks.add(Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end)));
            begin = text.indexOf(BEGIN, end);
        }
        return blocks;
    }

    static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("certificate cannot be encoded", e);
        }
    }
}
