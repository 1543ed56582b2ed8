package io.openshell.core.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.IDN;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "example.com, example.com",
        "EXAMPLE.Com, example.com",
        "example.com., example.com",
        "localhost, localhost",
        "_dmarc.example.com, _dmarc.example.com",
        "a--b.example.com, a--b.example.com",
        "xn--mnchen-3ya.de, xn--mnchen-3ya.de",
        "xn--strae-oqa.de, xn--strae-oqa.de",
        "xn--fiqs8s, xn--fiqs8s",
        "XN--MNCHEN-3YA.de, xn--mnchen-3ya.de",
        "1.2.3.4, 1.2.3.4",
        "0.0.0.0, 0.0.0.0",
        "3com.com, 3com.com",
        "0xdead.example.com, 0xdead.example.com",
        "1.2.3.example, 1.2.3.example",
        "::1, ::1",
        "[::1], ::1",
        "[2001:DB8:0:0:0:0:0:1], 2001:db8::1",
        "[2001:db8::0:1], 2001:db8::1",
        "[64:ff9b::1.2.3.4], 64:ff9b::102:304",
        "[::], ::",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    })
    void has_one_form(String text, String canonical) {
        assertThat(HostName.parse(text)).isEqualTo(new HostName.Canonical(canonical));
        assertThat(HostName.canonical(canonical)).contains(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                ".example.com",
                "example..com",
                "example.com..",
                "-a.example.com",
                "a-.example.com",
                "evil.com\0.safe.com",
                "evil\n.com",
                "evil\t.com",
                "evil .com",
                "evil%2ecom",
                "evil%00.com",
                "user@evil.com",
                "evil.com\\.safe.com",
                "evil.com/../safe.com",
                "evil.com#safe.com",
                "evil.com?safe.com",
                "*.example.com",
                "a,b.com",
                "m\u00fcnchen.de",
                "\u2102.example.com",
                "example\u3002com",
                "\uff41.example.com",
                "xn--.example.com",
                "xn--a.example.com",
                "xn--a-.example.com",
                "xn--99999999.example.com",
                "xn--google-.example.com",
                "xn--mnchen-3YA\u0000.de",
                "127.1",
                "127.0.1",
                "127.0.0.1.",
                "0x7f.1",
                "0x7f.0.0.1",
                "0x7f000001",
                "017700000001",
                "2130706433",
                "0177.0.0.1",
                "127.0.0.01",
                "127.000.000.001",
                "1.2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "1.2.3.0x4",
                "example.1",
                "example.0x1",
                "example.0x",
                "1.2.3.4x.5",
                "[127.0.0.1]",
                "[::ffff:127.0.0.1]",
                "::ffff:7f00:1",
                "[::ffff:8.8.8.8]",
                "fe80::1%eth0",
                "[fe80::1%25eth0]",
                "[fe80::1",
                "fe80::1]",
                ":::1",
                "1::2::3",
                "[1:2:3:4:5:6:7]",
                "[1:2:3:4:5:6:7:8:9]",
                "[::12345]",
                "[::g]",
                "[::1.2.3]",
                "[1.2.3.4::]",
                "[1:2:3:4:5:6:7::8:9]",
                "[]",
            })
    void refuses_what_readers_disagree_on(String text) {
        assertThat(HostName.parse(text))
                .isInstanceOfSatisfying(
                        HostName.Refused.class,
                        refused -> assertThat(refused.problem())
                                .startsWith("host: ")
                                .doesNotContain("\n", "\0"));
    }

    @ParameterizedTest
    @CsvSource({"253, true", "254, false"})
    void has_at_most_253_characters(int length, boolean fine) {
        String name = ("a".repeat(63) + ".").repeat(3) + "b".repeat(length - 192);
        assertThat(name).hasSize(length);
        assertThat(HostName.canonical(name).isPresent()).isEqualTo(fine && length - 192 <= 63);
        assertThat(HostName.canonical("a".repeat(64) + ".com")).isEmpty();
        assertThat(HostName.canonical("a".repeat(1_000_000))).isEmpty();
    }

    @Property
    void never_throws_and_is_a_fixed_point(@ForAll String text) {
        if (HostName.parse(text) instanceof HostName.Canonical canonical) {
            assertThat(HostName.parse(canonical.host())).isEqualTo(canonical);
        }
    }

    @Property
    void reads_what_the_jdk_encodes(
            @ForAll
                    @CharRange(from = 'a', to = 'z')
                    @CharRange(from = '\u4e00', to = '\u5e00')
                    @StringLength(min = 1, max = 12)
                    String label) {
        String encoded = IDN.toASCII(label);
        assertThat(HostName.canonical(encoded + ".example.com")).contains(encoded + ".example.com");
        if (encoded.startsWith("xn--")) {
            assertThat(Punycode.decode(encoded.substring(4))).contains(label);
            assertThat("xn--" + Punycode.encode(label)).isEqualTo(encoded);
        }
    }

    @Property
    void punycode_is_decoded_or_refused(
            @ForAll @CharRange(from = 'a', to = 'z') @CharRange(from = '0', to = '9') String text) {
        Punycode.decode(text)
                .filter(label -> label.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff))
                .ifPresent(label ->
                        assertThat(Punycode.decode(Punycode.encode(label))).contains(label));
    }
}
