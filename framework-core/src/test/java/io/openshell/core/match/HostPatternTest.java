package io.openshell.core.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPatternTest {

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "example.com, example.com, true",
        "Example.COM, example.com, true",
        "example.com., example.com, true",
        "example.com, notexample.com, false",
        "example.com, example.com.evil.com, false",
        "*.example.com, api.example.com, true",
        "*.example.com, example.com, false",
        "*.example.com, deep.api.example.com, false",
        "*.example.com, api.notexample.com, false",
        "*.example.com, apiexample.com, false",
        "*.example.com, api.example.com.evil.com, false",
        "*.EXAMPLE.com, api.example.com, true",
        "*-api.example.com, tenant-api.example.com, true",
        "*-api.example.com, -api.example.com, true",
        "*-api.example.com, api.example.com, false",
        "*-api.example.com, a.b-api.example.com, false",
        "*-aiplatform.googleapis.com, us-central1-aiplatform.googleapis.com, true",
        "**.example.com, api.example.com, true",
        "**.example.com, deep.api.example.com, true",
        "**.example.com, very.deep.api.example.com, true",
        "**.example.com, example.com, false",
        "**.example.com, xexample.com, false",
        "api?.example.com, api1.example.com, true",
        "api?.example.com, api.example.com, false",
        "api[0-9].example.com, api7.example.com, true",
        "api[!0-9].example.com, api7.example.com, false",
        "*.co.uk, shop.co.uk, true",
        "10.0.0.5, 10.0.0.5, true",
        "[2001:db8::1], 2001:db8::1, true",
        "2001:DB8:0::1, 2001:db8::1, true",
    })
    void matches_by_label(String pattern, String host, boolean expected) {
        assertThat(HostPattern.compile(pattern).matches(host)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "* | matches all hosts",
                "** | matches all hosts",
                "*. | matches all hosts",
                "*.com | TLD wildcard",
                "**.com | TLD wildcard",
                "foo*.com | TLD wildcard",
                "a**.example.com | glued",
                "**a.example.com | glued",
                "***.example.com | glued",
                "api.*.example.com | outside the first label",
                "*.s3.*.amazonaws.com | outside the first label",
                "api.**.example.com | outside the first label",
                "*.exa*mple.com | outside the first label",
                "*.0.0.1 | only some readers take for an address",
                "*.1.2.3.4 | wildcard before an address",
                "{a,b}*.example.com | no host has",
                "a\\*.example.com | no host has",
                "[a.example.com | not an IPv6 address",
                "a[b.example.com | unclosed '['",
                "*.example..com | labels of 1 to 63",
                "*.example.com.. | empty label",
                "*.com.. | empty label",
                "exa mple.com | space or control",
                "127.1 | only some readers",
                "münchen.de | outside ASCII",
            })
    void refuses_what_is_too_wide_or_no_host(String pattern, String why) {
        assertThatThrownBy(() -> HostPattern.compile(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
