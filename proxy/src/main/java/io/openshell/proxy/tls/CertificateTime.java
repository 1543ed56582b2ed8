package io.openshell.proxy.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.x509.Time;

/**
 * When a certificate begins or ends to be valid, as RFC 5280 section 4.1.2.5 writes it: with two digits of the year until
 * 2049, with four from then on, in whole seconds. Bouncy Castle would write it by way of a calendar of the locale, whose first
 * one takes longer than the certificate.
 */
final class CertificateTime {

    private static final int LAST_SHORT_YEAR = 2049;
    private static final int CENTURY = 100;
    private static final int TEN = 10;

    private CertificateTime() {}

    /**
     * The time in a certificate's form; what is less than a second is left out.
     *
     * @param instant from 1950 to 9999
     */
    static Time of(Instant instant) {
        LocalDateTime time = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        boolean isShort = time.getYear() <= LAST_SHORT_YEAR;
        StringBuilder text = new StringBuilder();
        if (!isShort) {
            two(text, time.getYear() / CENTURY);
        }
        two(text, time.getYear() % CENTURY);
        two(text, time.getMonthValue());
        two(text, time.getDayOfMonth());
        two(text, time.getHour());
        two(text, time.getMinute());
        two(text, time.getSecond());
        return Time.getInstance(primitive(isShort ? BERTags.UTC_TIME : BERTags.GENERALIZED_TIME, text.append('Z')));
    }

    private static void two(StringBuilder text, int number) {
        text.append((char) ('0' + number / TEN)).append((char) ('0' + number % TEN));
    }

    private static ASN1Primitive primitive(int tag, StringBuilder text) {
        byte[] content = text.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] encoded = new byte[content.length + 2];
        encoded[0] = (byte) tag;
        encoded[1] = (byte) content.length;
        System.arraycopy(content, 0, encoded, 2, content.length);
        try {
            return ASN1Primitive.fromByteArray(encoded);
        } catch (IOException impossible) {
            throw new IllegalStateException(text + ": no time", impossible);
        }
    }
}
