package io.openshell.cli.credential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.core.credential.Credential;
import io.openshell.core.credential.CredentialBinding;
import io.openshell.core.credential.Credentials;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AgentVariablesTest {

    private static final Credentials CREDENTIALS = Credentials.of(List.of(Credential.owning(
            "A_KEY", "canary".getBytes(UTF_8), List.of(CredentialBinding.parse("api.example.com")), Optional.empty())));

    @Test
    void a_variable_with_the_value_of_a_credential_is_warned_about_without_showing_it() {
        assertThat(AgentVariables.warnings(Map.of("X", "canary"), CREDENTIALS))
                .containsExactly(
                        "--env: X: the agent gets the value of the credential A_KEY in clear (expected: no secret)");
    }

    @ParameterizedTest
    @CsvSource({
        "GITHUB_TOKEN, 0123456789",
        "MY_API_KEY, 0123456789",
        "db_password, 0123456789",
        "AWS_SECRET_ACCESS_KEY, 0123456789",
        "APIKEY, 0123456789",
        "X, ghp_0123456789",
        "X, sk-ant-0123456789",
        "X, AKIAIOSFODNN7EXAMPLE",
        "X, eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl",
        "X, -----BEGIN RSA PRIVATE KEY-----",
    })
    void a_variable_that_looks_like_a_secret_is_warned_about(String name, String value) {
        assertThat(AgentVariables.warnings(Map.of(name, value), CREDENTIALS))
                .singleElement()
                .asString()
                .startsWith("--env: " + name + ": looks like a secret")
                .contains("--credential " + name + "@HOST")
                .doesNotContain(value);
    }

    @ParameterizedTest
    @CsvSource({
        "LANG, de_DE.UTF-8",
        "KEYBOARD, 0123456789",
        "MONKEY, 0123456789",
        "TOKENIZERS, 0123456789",
        "MAX_TOKENS, 0123456789",
        "GITHUB_TOKEN, ''",
        "X, https://example.com/sk-",
    })
    void other_variables_are_not(String name, String value) {
        assertThat(AgentVariables.warnings(Map.of(name, value), CREDENTIALS)).isEmpty();
    }

    @Test
    void a_key_given_both_ways_is_refused() throws Exception {
        AgentVariables.requireApart(Map.of("OTHER", "x"), CREDENTIALS);
        assertThatThrownBy(() -> AgentVariables.requireApart(Map.of("A_KEY", "canary"), CREDENTIALS))
                .isInstanceOf(CredentialRefusedException.class)
                .hasMessageStartingWith("--env: A_KEY: also a credential")
                .hasMessageNotContaining("canary");
    }
}
