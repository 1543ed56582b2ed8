package io.openshell.core.target;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {

    private static String path(String raw, boolean allowEncodedSlash) {
        RequestTarget.Result result = RequestTarget.parse(raw, allowEncodedSlash);
        assertThat(result).as(raw).isInstanceOf(RequestTarget.Canonical.class);
        return ((RequestTarget.Canonical) result).path();
    }

    private static String problem(String raw, boolean allowEncodedSlash) {
        RequestTarget.Result result = RequestTarget.parse(raw, allowEncodedSlash);
        assertThat(result).as(raw).isInstanceOf(RequestTarget.Refused.class);
        return ((RequestTarget.Refused) result).problem();
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "/, /",
        "'', /",
        "/a/b, /a/b",
        "/a/b/, /a/b/",
        "/a/b/.., /a/",
        "/a/b/., /a/b/",
        "/a/./b, /a/b",
        "//public//../secret, /secret",
        "//a///b//, /a/b/",
        "/public/../secret, /secret",
        "/public/%2e%2e/secret, /secret",
        "/public/%2E%2E/secret, /secret",
        "/public/.%2e/secret, /secret",
        "/public/%2e./secret, /secret",
        "/public/./../secret, /secret",
        "/public/..;/secret, /secret",
        "/public/..;x/secret, /secret",
        "/public/..;jsessionid=x/secret, /secret",
        "/public/..%3B/secret, /secret",
        "/public/..%3bx/secret, /secret",
        "/public/.;/secret, /public/secret",
        "/a;jsessionid=x/b, /a/b",
        "/public;x=1/../secret, /secret",
        "/a;b;c, /a",
        "/;x, /",
        "/a/;x, /a/",
        "/a/;x/b, /a/b",
        "/a%40b, /a@b",
        "/%61%2D%7e, /a-~",
        "/a%20b, /a%20b",
        "/a b, /a%20b",
        "/caf%c3%a9, /caf%C3%A9",
        "/%C3%A9, /%C3%A9",
        "/%23, /%23",
        "/%3f, /%3F",
        "/a:b@c!$&'()*+=~_-., '/a:b@c!$&''()*+=~_-.'",
        "/a|b^c`d\"e<f>, /a%7Cb%5Ec%60d%22e%3Cf%3E",
        "/a{b}[c], /a%7Bb%7D%5Bc%5D",
        "/%25, /%25",
        "/100%25/x, /100%25/x",
        "/..., /...",
        "/.../x, /.../x",
        "/a../b, /a../b",
        "/.a, /.a",
        "/a/../b/../c/.., /",
        "http://h/a/../b, /b",
        "HTTP://h/a, /a",
        "https://host, /",
        "https://host/, /",
        "http://user@host:80/x, /x",
        "'/fetch/http://x', /fetch/http:/x",
    })
    void is_written_in_one_way(String raw, String expected) {
        assertThat(path(raw, false)).isEqualTo(expected);
        assertThat(path(raw, true)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/a?b=c, /a, b=c",
        "/a?, /a, ''",
        "/a?b?c, /a, b?c",
        "/a?../..%2f%zz;, /a, ../..%2f%zz;",
        "http://h?x=1, /, x=1",
        "http://h/a/../b?x=%2e, /b, x=%2e",
        "'/fetch/http://x?next=http://y', /fetch/http:/x, 'next=http://y'",
    })
    void keeps_the_query_byte_for_byte(String raw, String path, String query) {
        assertThat(RequestTarget.parse(raw, false)).isEqualTo(new RequestTarget.Canonical(path, query));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/.., would escape the path root",
        "/../a, would escape the path root",
        "/a/../.., would escape the path root",
        "/a/%2e%2e/%2e%2e, would escape the path root",
        "/..;, would escape the path root",
        "/public/..;/..;/secret, would escape the path root",
        "/%2e%2e, would escape the path root",
        "/a%00b, null or control byte",
        "/a%0Ab, null or control byte",
        "/a%0Db, null or control byte",
        "/a%09b, null or control byte",
        "/a%7Fb, null or control byte",
        "/a%1f, null or control byte",
        "/a#b, contains a fragment",
        "/a?b#c, contains a fragment",
        "/%, invalid percent-encoded sequence",
        "/%2, invalid percent-encoded sequence",
        "/%zz, invalid percent-encoded sequence",
        "/a%2/b, invalid percent-encoded sequence",
        "/;%zz, invalid percent-encoded sequence",
        "*, not a valid origin-form path",
        "a/b, not a valid origin-form path",
        "host:443, not a valid origin-form path",
        "ftp://host/a, not a valid origin-form path",
        "//../a, would escape the path root",
        "/%c0%ae%c0%ae/secret, overlong UTF-8",
        "/%C1%9c, overlong UTF-8",
        "/%e0%80%af, overlong UTF-8",
        "/%f0%80%80%ae, overlong UTF-8",
    })
    void refuses_whatever_the_endpoint_says(String raw, String why) {
        assertThat(problem(raw, false)).startsWith("request-target").contains(why);
        assertThat(problem(raw, true)).contains(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a\0b", "/a\tb", "/a\rb", "/a\nb", "/a\u007fb", "/a?b\nc", "\0"})
    void refuses_control_bytes(String raw) {
        assertThat(problem(raw, true)).isEqualTo("request-target contains a null or control byte");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/caf\u00e9", "/a?b=\u00c3\u00a9", "/\u0080"})
    void refuses_raw_bytes_outside_ascii(String raw) {
        assertThat(problem(raw, true))
                .isEqualTo("request-target contains raw non-ASCII bytes; non-ASCII must be percent-encoded");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/a/%2f/b, /a/%2F/b",
        "/a%2Fb, /a%2Fb",
        "/%2f, /%2F",
        "/a%5cb, /a%5Cb",
        "/a\\b, /a%5Cb",
        "/a%252fb, /a%252fb",
        "/a%2525b, /a%2525b",
        "/scope%2fname/..%2e/x, /scope%2Fname/.../x",
    })
    void an_encoded_slash_needs_the_endpoint_s_word(String raw, String canonical) {
        problem(raw, false);
        assertThat(path(raw, true)).isEqualTo(canonical);
        assertThat(RequestTarget.needsEncodedSlash(canonical)).isTrue();
        assertThat(((RequestTarget.Canonical) RequestTarget.parse(raw, true)).hasEncodedSlash())
                .isTrue();
    }

    @Test
    void says_that_a_slash_is_encoded() {
        assertThat(problem("/a/%2f/b", false))
                .isEqualTo("request-target contains an encoded '/' (%2F) which is not allowed on this endpoint");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/public/..%2fsecret",
                "/public/%2E%2E%2Fsecret",
                "/public/%2e%2e%2fsecret",
                "/public/a%2f..",
                "/public/a%2f.%2fb",
                "/public/a%2f..%2fb",
                "/public/..%5csecret",
                "/public/..\\secret",
                "/public/%252e%252e/secret",
                "/public/%252e%252e%252fsecret",
                "/public/%25252e%25252e/secret",
                "/public/..%252fsecret",
                "/public/..%255csecret",
                "/public/a%2f..%253bx",
            })
    void a_dot_segment_around_an_encoded_separator_is_refused_even_then(String raw) {
        problem(raw, false);
        assertThat(problem(raw, true))
                .isEqualTo("request-target still contains a `.`/`..` segment after canonicalization");
    }

    @Test
    void a_path_of_4096_bytes_is_read_and_a_longer_one_is_not() {
        String longest = "/" + "a".repeat(4095);
        assertThat(path(longest, false)).isEqualTo(longest);
        assertThat(problem(longest + "a", false)).contains("maximum length");
        assertThat(path(longest + "?" + "q".repeat(9000), false)).isEqualTo(longest);
        assertThat(problem("/" + " ".repeat(2000), false))
                .as("6001 bytes once encoded")
                .contains("maximum length");
    }

    @Test
    void takes_an_absolute_form_apart() {
        assertThat(RequestTarget.absolute("HTTP://Host:80/a?b"))
                .contains(new RequestTarget.AbsoluteForm("http", "Host:80"));
        assertThat(RequestTarget.absolute("https://[::1]:8443"))
                .contains(new RequestTarget.AbsoluteForm("https", "[::1]:8443"));
        assertThat(RequestTarget.absolute("http://h?x")).contains(new RequestTarget.AbsoluteForm("http", "h"));
        assertThat(RequestTarget.absolute("/http://h/")).isEmpty();
        assertThat(RequestTarget.absolute("ftp://h/")).isEmpty();
    }
}
