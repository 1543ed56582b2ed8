package io.openshell.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamTrustTest {

    private final SandboxAuthority sandbox = SandboxAuthority.create(Clock.systemUTC());
    private final SandboxAuthority system = SandboxAuthority.create(Clock.systemUTC());
    private final SandboxAuthority extra = SandboxAuthority.create(Clock.systemUTC());

    @TempDir
    private Path folder;

    private Path systemBundle;
    private Path extraPem;

    @BeforeEach
    void write() throws Exception {
        String pem = new String(system.caPem(), StandardCharsets.US_ASCII);
        systemBundle = Files.writeString(
                folder.resolve("system.pem"),
                "# a comment\n" + pem.strip() + "\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
        extraPem = Files.write(folder.resolve("extra.pem"), extra.caPem());
    }

    @Test
    void the_first_bundle_that_has_something_is_the_systems() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty.pem"));
        Path missing = folder.resolve("missing.pem");
        UpstreamTrust trust = UpstreamTrust.load(List.of(missing, empty, systemBundle, extraPem), List.of());
        assertThat(new String(trust.bundlePem(), StandardCharsets.US_ASCII)).contains("# a comment");
        assertThat(aliases(trust)).containsExactlyInAnyOrder("system-1", "openshell-sandbox-ca");
    }

    @Test
    void a_sandboxs_bundle_has_the_systems_roots_the_added_ones_and_its_own() {
        UpstreamTrust trust = UpstreamTrust.load(List.of(systemBundle), List.of(extraPem));
        String bundle = new String(trust.bundlePem(sandbox), StandardCharsets.US_ASCII);
        for (SandboxAuthority authority : List.of(system, extra, sandbox)) {
            assertThat(bundle).contains(new String(authority.caPem(), StandardCharsets.US_ASCII));
        }
        assertThat(new String(trust.bundlePem(), StandardCharsets.US_ASCII))
                .doesNotContain(new String(sandbox.caPem(), StandardCharsets.US_ASCII));
    }

    @Test
    void the_trust_store_is_readable_and_holds_certificates_only() throws Exception {
        UpstreamTrust trust = UpstreamTrust.load(List.of(systemBundle), List.of(extraPem));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(trust.pkcs12(sandbox)), "changeit".toCharArray());
        assertThat(Collections.list(store.aliases())).hasSize(3).allMatch(alias -> certificateEntry(store, alias));
        assertThat(store.getCertificate("openshell-sandbox-ca")).isEqualTo(sandbox.certificate());
    }

    /** Older and newer Javas write PKCS#12 with a code of integrity; they read it without one, whatever the password. */
    @Test
    void java_starts_with_the_trust_store() throws Exception {
        UpstreamTrust trust = UpstreamTrust.load(List.of(systemBundle), List.of(extraPem));
        Path store = Files.write(folder.resolve("truststore.p12"), trust.pkcs12(sandbox));
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        for (String password : List.of("changeit", "another")) {
            Process list = new ProcessBuilder(
                            keytool.toString(), "-list", "-keystore", store.toString(), "-storepass", password)
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("system-1", "added-1", "openshell-sandbox-ca")
                    .contains("trustedCertEntry");
            assertThat(list.waitFor()).isZero();
        }
    }

    @Test
    void servers_are_verified_against_the_roots_that_can_be_read() {
        UpstreamTrust trust = UpstreamTrust.load(List.of(systemBundle), List.of(extraPem));
        assertThat(trust.newClientContext().isClient()).isTrue();
        assertThat(trust.newClientContext()).isNotSameAs(trust.newClientContext());
    }

    @Test
    void an_added_file_that_is_wrong_is_named() throws Exception {
        Path bad = Files.writeString(folder.resolve("bad.pem"), "not a certificate");
        assertThatThrownBy(() -> UpstreamTrust.load(List.of(systemBundle), List.of(bad)))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("bad.pem: no certificate");
        assertThatThrownBy(() -> UpstreamTrust.load(List.of(systemBundle), List.of(folder.resolve("none.pem"))))
                .hasMessageContaining("none.pem");
        assertThatThrownBy(() -> UpstreamTrust.load(List.of(systemBundle), List.of(systemBundle)))
                .hasMessageContaining("system.pem");
    }

    private List<String> aliases(UpstreamTrust trust) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(trust.pkcs12(sandbox)), "changeit".toCharArray());
        return Collections.list(store.aliases());
    }

    private static boolean certificateEntry(KeyStore store, String alias) {
        try {
            return store.isCertificateEntry(alias);
        } catch (java.security.KeyStoreException e) {
            return false;
        }
    }
}
