package io.openshell.core.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.credential.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialTest {

    private static final List<CredentialBinding> BOUND = List.of(CredentialBinding.parse("api.example.com"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "two\nlines",
                "end\r",
                "nul\0",
                "tab\t",
                "del\u007f",
                "c1\u0085",
                "openshell:resolve:env:OTHER",
                "x-OPENSHELL-RESOLVE-ENV-OTHER",
            })
    void refuses_a_value_that_could_become_more_than_a_value_and_overwrites_it(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Credential.owning("KEY", bytes, BOUND, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("KEY: ")
                .extracting(Throwable::getMessage)
                .asString()
                .doesNotContain(value.isEmpty() ? "\0" : value);
        assertThat(bytes).containsOnly(new byte[bytes.length]);
    }

    @Test
    void refuses_a_value_that_is_not_utf8_or_too_long() {
        assertThatThrownBy(() -> Credential.owning("KEY", new byte[] {(byte) 0xff}, BOUND, Optional.empty()))
                .hasMessageContaining("not UTF-8");
        byte[] tooLong = "x".repeat(Credential.MAX_BYTES + 1).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Credential.owning("KEY", tooLong, BOUND, Optional.empty()))
                .hasMessageContaining("8193 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1KEY", "KEY-1", "K\u00c4Y", "KEY ", "sk-secret"})
    void refuses_a_key_that_is_no_variable_and_does_not_repeat_it(String key) {
        assertThatThrownBy(() -> Credential.owning(key, new byte[] {'x'}, BOUND, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .extracting(Throwable::getMessage)
                .asString()
                .doesNotContain(key.isEmpty() ? "\0" : key);
    }

    @Test
    void refuses_a_key_that_reads_like_a_revision() {
        assertThatThrownBy(() -> Credential.owning("v1_KEY", new byte[] {'x'}, BOUND, Optional.empty()))
                .hasMessageContaining("v1_KEY (expected: a name that does not begin like a placeholder's revision");
    }

    @Test
    void refuses_to_be_bound_to_nothing() {
        assertThatThrownBy(() -> Credential.owning("KEY", new byte[] {'x'}, List.of(), Optional.empty()))
                .hasMessageContaining("bound to nothing");
    }

    @Test
    void gives_copies_until_it_is_closed_and_never_prints_itself() {
        byte[] bytes = "s\u00e9cret".getBytes(StandardCharsets.UTF_8);
        Credential credential = Credential.owning("KEY", bytes, BOUND, Optional.empty());
        try (Secret copy = credential.copy().orElseThrow()) {
            copy.reveal(it -> assertThat(new String(it, StandardCharsets.UTF_8)).isEqualTo("s\u00e9cret"));
        }
        assertThat(credential.toString()).contains("KEY", "api.example.com").doesNotContain("cret]");
        credential.close();
        assertThat(credential.copy()).isEmpty();
        assertThat(bytes).containsOnly(new byte[bytes.length]);
    }

    @Test
    void expires_at_its_instant() {
        Instant end = Instant.parse("2030-01-01T00:00:00Z");
        Credential credential = Credential.owning("KEY", new byte[] {'x'}, BOUND, Optional.of(end));
        assertThat(credential.expired(end.minusMillis(1))).isFalse();
        assertThat(credential.expired(end)).isTrue();
    }
}
