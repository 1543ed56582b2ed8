package io.openshell.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JDK's own parser is the oracle: what the outline lets through, it has to read. */
class CertificateOutlineTest {

    private static final byte[] CERTIFICATE =
            Pem.der(SandboxAuthority.create(Clock.systemUTC()).certificate());

    @ParameterizedTest
    @CsvSource({
        "RSA, 2048, SHA256withRSA",
        "EC, secp256r1, SHA256withECDSA",
        "EC, secp384r1, SHA384withECDSA",
        "EC, secp521r1, SHA512withECDSA",
        "EC, secp256k1, SHA256withECDSA",
        "EC, brainpoolP256r1, SHA256withECDSA",
        "Ed25519, '', Ed25519",
        "Ed448, '', Ed448"
    })
    void kinds_of_keys_that_java_reads(String kind, String size, String signature) throws Exception {
        byte[] der = certificate(kind, size, signature);
        assertThat(CertificateOutline.isReadByJava(der)).isTrue();
        assertThat(javaReads(der)).isTrue();
    }

    @Test
    void the_roots_of_this_machine_are_read_alike() throws IOException {
        Path bundle = Path.of("/etc/ssl/certs/ca-certificates.crt");
        assertThat(bundle).as("Debian's package ca-certificates").isNotEmptyFile();
        List<byte[]> roots = Pem.decode(Files.readString(bundle, StandardCharsets.ISO_8859_1));
        assertThat(roots).hasSizeGreaterThan(100);
        for (byte[] root : roots) {
            assertThat(CertificateOutline.isReadByJava(root)).isEqualTo(javaReads(root));
        }
    }

    @Property
    void a_certificate_that_is_cut_is_none(@ForAll @IntRange(max = 1000) int length) {
        byte[] cut = Arrays.copyOf(CERTIFICATE, Math.min(length, CERTIFICATE.length - 1));
        assertThat(CertificateOutline.isReadByJava(cut)).isFalse();
    }

    @Test
    void nothing_may_follow_a_certificate() {
        assertThat(CertificateOutline.isReadByJava(CERTIFICATE)).isTrue();
        assertThat(CertificateOutline.isReadByJava(Arrays.copyOf(CERTIFICATE, CERTIFICATE.length + 1)))
                .isFalse();
    }

    /** Whatever a byte is turned into, the answer is an answer. */
    @Property
    void changed_bytes_do_no_harm(@ForAll @IntRange(max = 1000) int place, @ForAll byte value) {
        byte[] changed = CERTIFICATE.clone();
        changed[place % changed.length] = value;
        assertThat(CertificateOutline.isReadByJava(changed)).isIn(true, false);
    }

    private static boolean javaReads(byte[] der) {
        try {
            CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            return true;
        } catch (CertificateException refused) {
            return false;
        }
    }

    private static byte[] certificate(String kind, String size, String signature) throws Exception {
        BouncyCastleProvider provider = new BouncyCastleProvider();
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind, provider);
        if (kind.equals("RSA")) {
            generator.initialize(Integer.parseInt(size), new SecureRandom());
        } else if (!size.isEmpty()) {
            generator.initialize(new ECGenParameterSpec(size), new SecureRandom());
        }
        KeyPair pair = generator.generateKeyPair();
        X500Name name = new X500Name("CN=a root");
        return new X509v3CertificateBuilder(
                        name,
                        BigInteger.ONE,
                        CertificateTime.of(Instant.EPOCH),
                        CertificateTime.of(Instant.parse("2051-01-01T00:00:00Z")),
                        name,
                        SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
                .build(new JcaContentSignerBuilder(signature)
                        .setProvider(provider)
                        .build(pair.getPrivate()))
                .getEncoded();
    }
}
