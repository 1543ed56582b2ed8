package io.openshell.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.operator.ContentSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JDK, which calculates with code of its own, agrees. */
final class P256KeyTest {

    private static final byte[] MESSAGE = {1, 2, 3};

    private final SecureRandom random = new SecureRandom();

    @Test
    void the_jdk_verifies_what_a_key_signs() throws Exception {
        P256Key key = P256Key.generate(random);

        assertThat(verifies(key, signed(key))).isTrue();
        assertThat(verifies(P256Key.generate(random), signed(key))).isFalse();
    }

    @Test
    void two_keys_and_two_signatures_differ() throws Exception {
        P256Key key = P256Key.generate(random);

        assertThat(P256Key.generate(random).encoded()).isNotEqualTo(key.encoded());
        assertThat(signed(key)).isNotEqualTo(signed(key));
    }

    @Test
    void a_key_of_the_jdk_is_read_with_its_public_half() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var pair = generator.generateKeyPair();

        P256Key read = P256Key.decode(pair.getPrivate().getEncoded());

        assertThat(read.publicKey().getEncoded()).isEqualTo(pair.getPublic().getEncoded());
        assertThat(((ECPrivateKey) read.forTls()).getS()).isEqualTo(((ECPrivateKey) pair.getPrivate()).getS());
    }

    @Test
    void what_was_written_is_read() throws IOException {
        P256Key key = P256Key.generate(random);

        P256Key read = P256Key.decode(key.encoded());

        assertThat(read.encoded()).isEqualTo(key.encoded());
        assertThat(read.publicKey()).isEqualTo(key.publicKey());
    }

    @ParameterizedTest
    @CsvSource({"EC,secp384r1", "EC,secp521r1", "RSA,", "Ed25519,"})
    void another_kind_of_key_is_refused(String algorithm, String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (curve != null) {
            generator.initialize(new ECGenParameterSpec(curve));
        }
        byte[] other = generator.generateKeyPair().getPrivate().getEncoded();

        assertThatThrownBy(() -> P256Key.decode(other)).isInstanceOf(IOException.class);
    }

    @Test
    void bytes_that_are_no_key_are_refused() {
        assertThatThrownBy(() -> P256Key.decode(new byte[0])).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> P256Key.decode(MESSAGE)).isInstanceOf(IOException.class);
    }

    @Test
    void it_does_not_print_itself() {
        assertThat(P256Key.generate(random)).hasToString("P256Key[redacted]");
    }

    private byte[] signed(P256Key key) throws Exception {
        ContentSigner signer = key.signer(random);
        try (OutputStream out = signer.getOutputStream()) {
            out.write(MESSAGE);
        }
        return signer.getSignature();
    }

    private static boolean verifies(P256Key key, byte[] signature) throws Exception {
        PublicKey open = KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(key.publicKey().getEncoded()));
        Signature verifying = Signature.getInstance("SHA256withECDSA");
        verifying.initVerify(open);
        verifying.update(MESSAGE);
        return verifying.verify(signature);
    }
}
