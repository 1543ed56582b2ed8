package io.openshell.core.target;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "example.com:443, example.com, 443",
        "EXAMPLE.com:80, example.com, 80",
        "example.com.:443, example.com, 443",
        "example.com:0, example.com, 0",
        "example.com:65535, example.com, 65535",
        "1.2.3.4:22, 1.2.3.4, 22",
        "[::1]:443, ::1, 443",
        "[2001:DB8::0001]:443, 2001:db8::1, 443",
    })
    void reads_host_and_port(String text, String host, int port) {
        Authority.Valid valid = new Authority.Valid(host, port);
        assertThat(Authority.parse(text)).isEqualTo(valid);
        assertThat(Authority.parse(valid.toString())).isEqualTo(valid);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":443",
                "host",
                "host:",
                "host:abc",
                "host:65536",
                "host:99999999999",
                "host:-1",
                "host:+443",
                "host: 443",
                "host:443 ",
                "host:0443",
                "host:\u0664\u0664\u0663",
                "host:80:x",
                "host:443:80",
                "[::1",
                "[::1]",
                "[::1]443",
                "[::1]:",
                "[::1]x:443",
                "[::1]:443:80",
                "::1:443",
                "[]:443",
                "[host]:443",
                "[fe80::1%eth0]:443",
                "[::ffff:127.0.0.1]:443",
                "user@host:443",
                "evil.com\0.safe.com:443",
                "evil%00.com:443",
                "evil%2ecom:443",
                "a\\b:443",
                "a/../b:443",
                "http://host:443",
                "127.1:443",
                "0x7f.1:443",
                "017700000001:443",
                "2130706433:443",
            })
    void refuses(String text) {
        assertThat(Authority.parse(text)).isInstanceOf(Authority.Refused.class);
    }

    @Test
    void a_host_of_254_characters_is_refused() {
        String host = ("a".repeat(49) + ".").repeat(5) + "a".repeat(4);
        assertThat(host).hasSize(254);
        assertThat(Authority.parse(host + ":443")).isInstanceOf(Authority.Refused.class);
        assertThat(Authority.parse(host.substring(1) + ":443")).isInstanceOf(Authority.Valid.class);
    }

    @Test
    void a_port_may_be_missing_where_there_is_a_default() {
        assertThat(Authority.parse("host", 80)).isEqualTo(new Authority.Valid("host", 80));
        assertThat(Authority.parse("[::1]", 80)).isEqualTo(new Authority.Valid("::1", 80));
        assertThat(Authority.parse("host:8080", 80)).isEqualTo(new Authority.Valid("host", 8080));
        assertThat(Authority.parse("host:", 80)).isInstanceOf(Authority.Refused.class);
        assertThat(Authority.parse("[::1]x", 80)).isInstanceOf(Authority.Refused.class);
        assertThat(Authority.parse("::1", 80)).isInstanceOf(Authority.Refused.class);
    }
}
