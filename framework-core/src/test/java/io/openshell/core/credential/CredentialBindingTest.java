package io.openshell.core.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialBindingTest {

    @ParameterizedTest
    @CsvSource({
        "api.example.com, api.example.com, 443",
        "API.Example.com., api.example.com, 443",
        "api.example.com:8443, api.example.com, 8443",
        "*.example.com, eu.example.com, 443",
        "**.example.com:80, a.b.example.com, 80",
        "[2001:db8::1], 2001:db8::1, 443",
        "[2001:db8::1]:8080, 2001:db8::1, 8080",
        "a[0-9].example.com:81/x, a7.example.com, 81",
        "192.0.2.7:80, 192.0.2.7, 80",
    })
    void reaches_the_host_and_port_that_it_names(String text, String host, int port) {
        CredentialBinding binding = CredentialBinding.parse(text);
        assertThat(binding.reaches(host, port)).isTrue();
        assertThat(binding.reaches(host, port + 1)).isFalse();
        assertThat(binding.reaches("x" + host, port)).isEqualTo(text.startsWith("*"));
        assertThat(CredentialBinding.parse(binding.toString()).reaches(host, port))
                .isTrue();
    }

    @Test
    void covers_all_paths_or_those_of_its_glob() {
        assertThat(CredentialBinding.parse("a.example.com").covers("/anything/at/all"))
                .isTrue();
        CredentialBinding narrow = CredentialBinding.parse("a.example.com/v1/**");
        assertThat(narrow.covers("/v1/models")).isTrue();
        assertThat(narrow.covers("/v2/models")).isFalse();
    }

    @Test
    void allows_plain_text_only_on_a_port_that_it_names_and_that_is_not_the_one_of_https() {
        assertThat(CredentialBinding.parse("a.example.com").allowsPlainText()).isFalse();
        assertThat(CredentialBinding.parse("a.example.com:443").allowsPlainText())
                .isFalse();
        assertThat(CredentialBinding.parse("a.example.com:8080").allowsPlainText())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                ":443",
                "*",
                "*.com",
                "https://a.example.com",
                "a.example.com:",
                "a.example.com:0",
                "a.example.com:65536",
                "a.example.com:+80",
                "a.example.com:080",
                "a.example.com:80:81",
                "2001:db8::1",
                "[2001:db8::1",
                "a example.com",
                "user@a.example.com",
                "a.example.com/[",
            })
    void is_refused_with_a_reason_where_it_could_be_misread(String text) {
        assertThatThrownBy(() -> CredentialBinding.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
