package io.openshell.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxAuthorityTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private final SandboxAuthority authority = SandboxAuthority.create(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void the_authority_is_an_EC_one_that_may_sign_leaves_and_nothing_else() {
        X509Certificate ca = authority.certificate();
        assertThat(ca.getSubjectX500Principal().getName()).contains("CN=OpenShell Sandbox CA", "O=OpenShell");
        assertThat(((ECPublicKey) ca.getPublicKey())
                        .getParams()
                        .getCurve()
                        .getField()
                        .getFieldSize())
                .isEqualTo(256);
        assertThat(ca.getBasicConstraints()).isZero();
        assertThat(ca.getKeyUsage()).containsExactly(false, false, false, false, false, true, true, false, false);
        assertThat(ca.getCriticalExtensionOIDs()).contains("2.5.29.19", "2.5.29.15");
        assertThat(new String(authority.caPem(), StandardCharsets.US_ASCII))
                .startsWith("-----BEGIN CERTIFICATE-----\n");
    }

    @Test
    void an_authority_that_was_kept_signs_as_before() throws GeneralSecurityException {
        byte[] certificate = authority.certificate().getEncoded();
        byte[] key = authority.encodedKey();
        SandboxAuthority restored = SandboxAuthority.restore(Clock.fixed(NOW, ZoneOffset.UTC), certificate, key);
        Arrays.fill(key, (byte) 0);

        assertThat(restored.certificate()).isEqualTo(authority.certificate());
        restored.leaf("api.example.com").verify(authority.certificate().getPublicKey());
        assertThat(restored.toString()).isEqualTo(authority.toString());
    }

    @Test
    void a_key_that_is_not_the_authoritys_is_refused_without_a_word_of_it() throws GeneralSecurityException {
        SandboxAuthority other = SandboxAuthority.create(Clock.fixed(NOW, ZoneOffset.UTC));
        byte[] certificate = authority.certificate().getEncoded();
        byte[] leaf = authority.leaf("api.example.com").getEncoded();
        for (byte[][] wrong : new byte[][][] {
            {certificate, other.encodedKey()},
            {certificate, new byte[0]},
            {certificate, Arrays.copyOf(authority.encodedKey(), 20)},
            {new byte[0], authority.encodedKey()},
            {new byte[] {1, 2, 3}, authority.encodedKey()},
            {leaf, authority.encodedKey()},
        }) {
            assertThatThrownBy(() -> SandboxAuthority.restore(Clock.fixed(NOW, ZoneOffset.UTC), wrong[0], wrong[1]))
                    .isInstanceOf(TlsException.class)
                    .hasNoCause()
                    .hasMessage(
                            "sandbox authority: not a certificate with its key (expected: what the supervisor before"
                                    + " has left)");
        }
    }

    @Test
    void a_leaf_is_for_one_host_and_carries_what_strict_clients_want() throws GeneralSecurityException {
        X509Certificate leaf = authority.leaf("api.example.com");
        leaf.verify(authority.certificate().getPublicKey());
        assertThat(names(leaf)).containsExactly(List.of(2, "api.example.com"));
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getNonCriticalExtensionOIDs()).contains("2.5.29.14", "2.5.29.35");
        assertThat(names(authority.leaf("192.0.2.1"))).containsExactly(List.of(7, "192.0.2.1"));
        assertThat(names(authority.leaf("2001:db8::1"))).containsExactly(List.of(7, "2001:db8:0:0:0:0:0:1"));
    }

    @Test
    void validity_allows_for_clocks_that_differ() {
        X509Certificate leaf = authority.leaf("a.test");
        assertThat(leaf.getNotBefore().toInstant()).isEqualTo(NOW.minus(Duration.ofHours(24)));
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(30)));
    }

    @Test
    void two_sandboxes_do_not_trust_each_other() {
        X509Certificate leaf = authority.leaf("a.test");
        SandboxAuthority other = SandboxAuthority.create(Clock.systemUTC());
        assertThatThrownBy(() -> leaf.verify(other.certificate().getPublicKey()))
                .isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void a_context_is_minted_once() {
        assertThat(authority.cachedContext("a.test")).isNull();
        assertThat(authority.context("a.test")).isSameAs(authority.context("a.test"));
        assertThat(authority.cachedContext("a.test")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.test",
                "192.0.2.1",
                "a-name-that-is-longer-than-a-common-name-may-be.example.example.example.com"
            })
    void openssl_verifies_a_leaf_strictly(String host, @TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        SandboxAuthority fresh = SandboxAuthority.create(Clock.systemUTC());
        Path ca = Files.write(folder.resolve("ca.pem"), fresh.caPem());
        Path leaf = Files.write(folder.resolve("leaf.pem"), Pem.encode(fresh.leaf(host)));
        String flag = host.startsWith("192") ? "-verify_ip" : "-verify_hostname";
        Process verify = new ProcessBuilder(
                        "openssl",
                        "verify",
                        "-x509_strict",
                        "-purpose",
                        "sslserver",
                        flag,
                        host,
                        "-CAfile",
                        ca.toString(),
                        leaf.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(verify.waitFor()).as(said).isZero();
    }

    @Test
    void it_does_not_print_its_keys() {
        assertThat(authority.toString()).startsWith("SandboxAuthority[").doesNotContain("Key");
        assertThatCode(authority::hashCode).doesNotThrowAnyException();
    }

    private static Collection<List<?>> names(X509Certificate certificate) throws GeneralSecurityException {
        return certificate.getSubjectAlternativeNames();
    }
}
