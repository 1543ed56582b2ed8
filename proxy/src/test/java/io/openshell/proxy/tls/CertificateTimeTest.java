package io.openshell.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bouncycastle.asn1.x509.Time;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link Time} by way of a date is the oracle: slow at first, and Bouncy Castle's own. */
class CertificateTimeTest {

    @Property
    void it_writes_what_bouncy_castle_writes(@ForAll("times") Instant time) throws IOException {
        assertThat(CertificateTime.of(time).getEncoded()).isEqualTo(new Time(Date.from(time)).getEncoded());
        assertThat(CertificateTime.of(time).getDate().toInstant())
                .isEqualTo(Instant.ofEpochSecond(time.getEpochSecond()));
    }

    @Provide
    Arbitrary<Instant> times() {
        long first = Instant.parse("1950-01-01T00:00:00Z").toEpochMilli();
        long last = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();
        return Arbitraries.longs().between(first, last).map(Instant::ofEpochMilli);
    }

    /** RFC 5280 section 4.1.2.5. */
    @ParameterizedTest
    @CsvSource({
        "2049-12-31T23:59:59.999Z, 491231235959Z",
        "2050-01-01T00:00:00Z, 20500101000000Z",
        "1999-02-03T04:05:06Z, 990203040506Z",
        "2000-02-29T10:20:30Z, 000229102030Z"
    })
    void years_have_two_digits_until_2049(Instant time, String written) throws IOException {
        byte[] encoded = CertificateTime.of(time).getEncoded();
        assertThat(new String(encoded, 2, encoded.length - 2, StandardCharsets.US_ASCII))
                .isEqualTo(written);
    }
}
