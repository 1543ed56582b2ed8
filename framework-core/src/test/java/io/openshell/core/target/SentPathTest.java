package io.openshell.core.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentPathTest {

    private static Optional<String> sent(String target) {
        return RequestTarget.parse(target, true) instanceof RequestTarget.Canonical canonical
                ? SentPath.of(target, canonical.path())
                : Optional.empty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/1%2B1",
                "/1+1",
                "/a%20b/100%25",
                "/%c3%A9/%61%7E%28%29",
                "/a/",
                "/a%2fb%2Fc",
                "/.a/b./...",
            })
    void a_path_keeps_the_clients_encoding_byte_for_byte(String path) {
        assertThat(sent(path)).contains(path);
        assertThat(sent(path + "?a=%2b//../")).contains(path);
        assertThat(sent("http://host:1" + path + "?x")).contains(path);
    }

    @ParameterizedTest
    @CsvSource({"?a, /", "/a|b, /a%7Cb", "'/{\"x\"}', /%7B%22x%22%7D", "/a\\b, /a%5Cb"})
    void what_no_target_may_hold_is_encoded(String target, String path) {
        assertThat(sent("http://host" + target)).contains(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/a//b", "//a", "/a/./b", "/a/../b", "/a/%2e%2E/b", "/a/.", "/a;v=1", "/a%3Bb", "/a;/b", "/a//"})
    void a_path_of_which_something_was_left_out_has_no_such_form(String path) {
        assertThat(RequestTarget.parse(path, true)).isInstanceOf(RequestTarget.Canonical.class);
        assertThat(sent(path)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/a, /b", "/a, /ab", "/ab, /a", "/a%2Fb, /a/b", "/a/b, /a%2Fb", "/%, /%", "/%4, /%4"})
    void another_path_than_was_decided_on_has_none(String target, String canonical) {
        assertThat(SentPath.of(target, canonical)).isEmpty();
    }

    @Provide
    Arbitrary<String> targets() {
        return Arbitraries.of(
                        "/", "/", "a", ".", "..", "%2e", "%2F", "%5c", "\\", ";", "%3b", "%25", "%2B", "+", "%C3%A9",
                        "%7e", "~", "|", "%20")
                .list()
                .ofMaxSize(12)
                .map(pieces -> "/" + String.join("", pieces));
    }

    @Property(tries = 4_000)
    void what_is_sent_is_what_was_decided_on_however_it_is_encoded(@ForAll("targets") String target) {
        if (RequestTarget.parse(target, true) instanceof RequestTarget.Canonical canonical) {
            SentPath.of(target, canonical.path())
                    .ifPresent(
                            path -> assertThat(RequestTarget.parse(path, true)).isEqualTo(canonical));
        }
    }
}
