package io.openshell.testkit.cases;

import io.openshell.testkit.cases.HttpCase.Way;
import java.util.ArrayList;
import java.util.List;

/** CONNECT targets. None of them opens a connection. */
final class ConnectCases {

    private ConnectCases() {}

    static List<HttpCase> all() {
        List<HttpCase> cases = new ArrayList<>();
        cases.addAll(forms());
        cases.addAll(names());
        cases.addAll(addresses());
        cases.addAll(heads());
        return cases;
    }

    private static HttpCase connect(String source, String what, String target) {
        return HttpCase.sending(source, what, "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n")
                .only(Way.LISTENER);
    }

    private static List<HttpCase> forms() {
        return List.of(
                connect("18.3", "no port", "api.test"),
                connect("18.3", "a port that is no number", "api.test:abc"),
                connect("18.3", "a port beyond 65535", "api.test:65536"),
                connect("18.3", "two ports", "api.test:80:x"),
                connect("18.3, T6", "two ports, both numbers", "api.test:443:80"),
                connect("18.3", "a bracket that does not close", "[::1"),
                connect("18.3", "a bracketed address without port", "[::1]"),
                connect("18.3", "a port without colon", "[::1]443"),
                connect("18.3", "a colon without port", "[::1]:"),
                connect("18.3", "an empty port", "api.test:"),
                connect("18.3", "port 0", "api.test:0").denied(),
                connect("18.3", "an empty host", ":443").because("the reference parses it and then denies"),
                connect("T6", "a port with leading zeros", "api.test:0443"),
                connect("T6", "a signed port", "api.test:+443"),
                connect("T6", "a port that no endpoint lists", "api.test:22").denied(),
                connect("18.3", "a URL", "http://api.test:443"),
                connect("18.3", "userinfo", "user@api.test:443"));
    }

    private static List<HttpCase> names() {
        return List.of(
                connect("18.3, N6", "NUL in the host", "evil.test\0.api.test:443"),
                connect("18.3, N7", "an encoded dot in the host", "api%2etest:443")
                        .because("the reference takes it literally and finds no rule; it is refused before that"),
                connect("18.3, N7", "an encoded NUL in the host", "api.test%00:443")
                        .because("the reference takes it literally and finds no rule; it is refused before that"),
                connect("18.3, N7", "a backslash", "evil.test\\.api.test:443"),
                connect("18.3, N7", "a path in the host", "evil.test/../api.test:443"),
                connect("N7", "a tab in the host", "api.test\t:443"),
                connect("18.3", "a host of 254 characters", "a.".repeat(127) + ":443")
                        .because("254 with the root's dot, so 253 characters that no rule has: denied, not malformed")
                        .denied(),
                connect("18.3", "a host of 255 characters", "a.".repeat(127) + "a:443"),
                connect("N8", "a host outside ASCII", "\u00c3\u00a9pi.test:443"),
                connect("N8", "full-width dots", "api\u00e3\u0080\u0082test:443"),
                connect("N8", "invalid Punycode", "xn--\u007ftest:443"),
                connect("N9", "the host as a suffix of another", "notapi.test:443")
                        .denied(),
                connect("N9", "the host as a prefix of another", "api.test.evil.test:443")
                        .denied(),
                connect("N9", "a sub-domain of the host", "x.api.test:443").denied(),
                connect("N9", "the host's parent", "test:443").denied(),
                connect("18.3", "a domain for its wildcard", "wild.test:443").denied(),
                connect("18.3", "two labels for one star", "a.b.wild.test:443").denied(),
                connect("18.3", "a dot for a star within a label", "a.b-api.part.test:443")
                        .denied());
    }

    private static List<HttpCase> addresses() {
        String note =
                "the reference asks the resolver for such a name and checks the result; it is refused before that";
        return List.of(
                connect("N10", "a short IPv4 address", "127.1:443").because(note),
                connect("N10", "a hexadecimal IPv4 address", "0x7f.1:443").because(note),
                connect("N10", "an octal IPv4 address", "017700000001:443").because(note),
                connect("N10", "an IPv4 address as one number", "2130706433:443")
                        .because(note),
                connect("N10", "an IPv4 address with leading zeros", "127.000.000.001:443")
                        .because(note),
                connect("N10", "a mapped IPv4 address", "[::ffff:127.0.0.1]:443"),
                connect("N10", "an IPv6 address with a zone", "[fe80::1%25eth0]:443"),
                connect("18.3", "an IPv6 address without brackets", "::1:443"),
                connect("18.3", "the loopback address", "127.0.0.1:443").denied(),
                connect("18.3", "the metadata address", "169.254.169.254:80").denied(),
                connect("18.3", "the IPv6 loopback address", "[::1]:443").denied());
    }

    private static List<HttpCase> heads() {
        String line = "CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n";
        String hidden = "GET http://api.test/public/a HTTP/1.1\r\nHost: api.test\r\n\r\n";
        return List.of(
                listener("18.2", "CONNECT with a folded field", line + " X: a\r\n\r\n"),
                listener("18.2", "CONNECT with a space before a colon", line + "X : a\r\n\r\n"),
                listener("18.2", "CONNECT with a control byte in a value", line + "X: a\0b\r\n\r\n"),
                listener("18.2", "CONNECT without Host", "CONNECT api.test:443 HTTP/1.1\r\n\r\n"),
                listener(
                        "S12",
                        "CONNECT with the Host of another host",
                        "CONNECT api.test:443 HTTP/1.1\r\nHost: other.test\r\n\r\n"),
                listener(
                        "S1",
                        "CONNECT with a length and chunks",
                        line + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
                listener("S10", "CONNECT with a body", line + "Content-Length: 5\r\n\r\nabcde"),
                listener(
                                "S10",
                                "a request behind a denied CONNECT",
                                "CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443\r\n\r\n" + hidden)
                        .denied(),
                listener(
                        "18.2", "CONNECT in lower case", "connect api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n\r\n"),
                listener("S6", "CONNECT behind control bytes", "\0\1" + line + "\r\n"));
    }

    private static HttpCase listener(String source, String what, String text) {
        return HttpCase.sending(source, what, text).only(Way.LISTENER);
    }
}
