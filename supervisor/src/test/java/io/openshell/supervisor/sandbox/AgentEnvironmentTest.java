package io.openshell.supervisor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.core.credential.Credential;
import io.openshell.core.credential.CredentialBinding;
import io.openshell.core.credential.CredentialStore;
import io.openshell.core.credential.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AgentEnvironmentTest {

    private static final AgentIdentity AGENT = new AgentIdentity("sandbox", 998, "sandbox", 997);
    private static final AgentEnvironment NONE = new AgentEnvironment(AGENT, AgentPlace.OWN, CredentialStore.empty());
    private static final String PROXY = "http://10.200.0.1:3128";

    @Test
    void is_exactly_this() throws Exception {
        assertThat(NONE.variables(Map.of(), "xterm"))
                .containsExactlyInAnyOrder(
                        "ALL_PROXY=" + PROXY,
                        "HTTP_PROXY=" + PROXY,
                        "HTTPS_PROXY=" + PROXY,
                        "http_proxy=" + PROXY,
                        "https_proxy=" + PROXY,
                        "grpc_proxy=" + PROXY,
                        "NO_PROXY=127.0.0.1,localhost,::1",
                        "no_proxy=127.0.0.1,localhost,::1",
                        "NODE_USE_ENV_PROXY=1",
                        "NODE_EXTRA_CA_CERTS=/etc/openshell-tls/openshell-ca.pem",
                        "DENO_CERT=/etc/openshell-tls/openshell-ca.pem",
                        "SSL_CERT_FILE=/etc/openshell-tls/ca-bundle.pem",
                        "REQUESTS_CA_BUNDLE=/etc/openshell-tls/ca-bundle.pem",
                        "CURL_CA_BUNDLE=/etc/openshell-tls/ca-bundle.pem",
                        "GIT_SSL_CAINFO=/etc/openshell-tls/ca-bundle.pem",
                        "JAVA_TOOL_OPTIONS=-Dhttp.proxyHost=10.200.0.1 -Dhttp.proxyPort=3128"
                                + " -Dhttps.proxyHost=10.200.0.1 -Dhttps.proxyPort=3128"
                                + " -Dhttp.nonProxyHosts=localhost|127.*|[::1]"
                                + " -Djavax.net.ssl.trustStore=/etc/openshell-tls/truststore.p12"
                                + " -Djavax.net.ssl.trustStoreType=PKCS12"
                                + " -Djavax.net.ssl.trustStorePassword=changeit",
                        "OPENSHELL_SANDBOX=1",
                        "HOME=/sandbox",
                        "USER=sandbox",
                        "LOGNAME=sandbox",
                        "SHELL=/bin/sh",
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "LANG=C.UTF-8",
                        "TERM=xterm");
    }

    @Test
    void the_users_own_variables_win() throws Exception {
        List<String> environment =
                NONE.variables(Map.of("PATH", "/opt/bin", "TOKEN", "a=b", "JAVA_TOOL_OPTIONS", "-Xmx64m"), null);
        assertThat(environment).contains("PATH=/opt/bin", "TOKEN=a=b", "TERM=dumb");
        assertThat(environment)
                .anyMatch(variable ->
                        variable.startsWith("JAVA_TOOL_OPTIONS=-Dhttp.proxyHost") && variable.endsWith(" -Xmx64m"));
        assertThat(environment.stream().map(variable -> variable.split("=", 2)[0]))
                .doesNotHaveDuplicates();
    }

    @Test
    void names_that_are_not_the_users_are_refused() {
        for (String name : List.of("", "A=B", "OPENSHELL_SANDBOX", "openshell_x", "A\0")) {
            assertThatThrownBy(() -> NONE.variables(Map.of(name, "x"), null))
                    .isInstanceOf(SandboxException.class)
                    .hasMessageStartingWith("environment: ");
        }
        assertThatThrownBy(() -> NONE.variables(Map.of("A", "x\0y"), null)).isInstanceOf(SandboxException.class);
    }

    @Test
    void a_credential_is_its_placeholder_and_a_process_that_starts_later_gets_the_newest() throws Exception {
        try (CredentialStore store = CredentialStore.of(credentials("API_KEY"))) {
            AgentEnvironment environment = new AgentEnvironment(AGENT, AgentPlace.OWN, store);
            assertThat(environment.variables(Map.of(), null)).contains("API_KEY=openshell:resolve:env:v1_API_KEY");
            store.replace(credentials("API_KEY"));
            assertThat(environment.variables(Map.of(), null))
                    .contains("API_KEY=openshell:resolve:env:v2_API_KEY")
                    .noneMatch(variable -> variable.contains("canary"));
        }
    }

    @Test
    void a_credential_is_no_variable_of_ours_or_of_the_users() {
        for (String key : List.of("PATH", "https_proxy", "JAVA_TOOL_OPTIONS", "TERM", "OPENSHELL_X", "A")) {
            try (CredentialStore store = CredentialStore.of(credentials(key))) {
                AgentEnvironment environment = new AgentEnvironment(AGENT, AgentPlace.OWN, store);
                assertThatThrownBy(() -> environment.variables(Map.of("A", "x"), null))
                        .isInstanceOf(SandboxException.class)
                        .hasMessageContaining(key);
            }
        }
    }

    private static Credentials credentials(String key) {
        return Credentials.of(List.of(Credential.owning(
                key,
                "canary".getBytes(StandardCharsets.UTF_8),
                List.of(CredentialBinding.parse("api.example.com")),
                Optional.empty())));
    }
}
