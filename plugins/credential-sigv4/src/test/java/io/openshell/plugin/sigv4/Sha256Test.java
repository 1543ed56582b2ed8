package io.openshell.plugin.sigv4;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class Sha256Test {

    /** RFC 4231 section 4.3. */
    @Test
    void computes_the_published_code() {
        byte[] code = Sha256.hmac("Jefe".getBytes(US_ASCII), "what do ya want for nothing?".getBytes(US_ASCII));

        assertThat(HexFormat.of().formatHex(code))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Property(tries = 300)
    void computes_what_the_platform_computes(
            @ForAll @Size(min = 1, max = 150) byte[] key, @ForAll @Size(max = 200) byte[] message)
            throws GeneralSecurityException {
        byte[] before = key.clone();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));

        assertThat(Sha256.hmac(key, message)).isEqualTo(mac.doFinal(message));
        assertThat(key).as("the caller's").isEqualTo(before);
    }
}
