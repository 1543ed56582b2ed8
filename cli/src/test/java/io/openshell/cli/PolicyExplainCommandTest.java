package io.openshell.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On connections; requests need a protocol plugin and are explained in the distribution's tests. */
final class PolicyExplainCommandTest {

    private static final String POLICY = """
            version: 1
            network_policies:
              web:
                endpoints:
                  - host: example.com
                    port: 443
                binaries:
                  - path: /usr/bin/curl
            """;

    @TempDir
    Path home;

    private Screen screen;
    private String policy;

    @BeforeEach
    void a_policy_and_no_plugins() throws IOException {
        Files.createDirectory(home.resolve("plugins"));
        policy = Files.writeString(home.resolve("policy.yaml"), POLICY).toString();
        screen = new Screen(home, Map.of());
    }

    @Test
    void an_allowed_connection_exits_with_0_and_names_the_rule() {
        assertThat(explain("/usr/bin/curl", "https://example.com/")).isZero();
        assertThat(screen.out()).startsWith("allowed by network_policies.web.endpoints[0]");
    }

    @Test
    void a_denied_connection_exits_with_3_and_shows_the_edit_that_would_allow_it() {
        assertThat(explain("/usr/bin/wget", "https://example.com/")).isEqualTo(3);
        assertThat(screen.out())
                .startsWith("denied")
                .contains("binary '/usr/bin/wget' not allowed in policy 'web'")
                .contains("+       - path: /usr/bin/wget");
    }

    @Test
    void an_internal_address_is_denied_although_the_host_is_allowed() {
        int status = screen.run(
                "policy", "explain", policy, "--binary", "/usr/bin/curl", "--address", "10.0.0.7", "example.com:443");
        assertThat(status).isEqualTo(3);
        assertThat(screen.out()).contains("internal address 10.0.0.7");
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://example.com/, http",
        "https://example.com:0/, port",
        "https://example.com:99999/, port",
        "https://exa%6dple.com/, host",
        "example.com, port"
    })
    void a_url_that_cannot_be_asked_about_is_refused_with_what_is_expected(String url, String expected) {
        assertThat(explain("/usr/bin/curl", url)).isEqualTo(1);
        assertThat(screen.err()).contains("URL: " + url).contains(expected);
    }

    private int explain(String binary, String url) {
        return screen.run("policy", "explain", policy, "--binary", binary, url);
    }
}
