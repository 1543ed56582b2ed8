package io.openshell.supervisor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.proxy.tls.SandboxAuthority;
import io.openshell.proxy.tls.UpstreamTrust;
import io.openshell.supervisor.control.SupervisorMessage.PlacedFile;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

final class TrustFilesTest {

    @Test
    void every_file_trusts_the_sandboxs_authority() throws Exception {
        SandboxAuthority authority = SandboxAuthority.create(Clock.systemUTC());
        Map<String, byte[]> files = TrustFiles.of(authority, UpstreamTrust.load(List.of())).stream()
                .collect(Collectors.toMap(PlacedFile::path, PlacedFile::content));
        assertThat(files).containsOnlyKeys(TrustFiles.CA, TrustFiles.BUNDLE, TrustFiles.JAVA_STORE);
        String pem = new String(authority.caPem(), StandardCharsets.US_ASCII);
        Function<String, String> text = path -> new String(files.get(path), StandardCharsets.ISO_8859_1);
        assertThat(text.apply(TrustFiles.CA)).isEqualTo(pem);
        assertThat(text.apply(TrustFiles.BUNDLE)).endsWith(pem);

        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(
                new ByteArrayInputStream(files.get(TrustFiles.JAVA_STORE)),
                TrustFiles.JAVA_STORE_PASSWORD.toCharArray());
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        assertThat(((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers())
                .contains(authority.certificate());
    }
}
