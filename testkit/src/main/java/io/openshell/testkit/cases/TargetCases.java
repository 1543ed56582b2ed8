package io.openshell.testkit.cases;

import static io.openshell.testkit.cases.HttpCase.get;
import static io.openshell.testkit.cases.HttpCase.sending;

import io.openshell.testkit.cases.HttpCase.Way;
import java.util.ArrayList;
import java.util.List;

/** Paths, queries, and the forms of a target. */
final class TargetCases {

    private TargetCases() {}

    static List<HttpCase> all() {
        List<HttpCase> cases = new ArrayList<>();
        cases.addAll(dotSegments());
        cases.addAll(encodings());
        cases.addAll(forms());
        cases.addAll(queries());
        return cases;
    }

    private static List<HttpCase> dotSegments() {
        return List.of(
                get("18.1, N1", "parent segment out of the allowed folder", "/public/../secret")
                        .denied(),
                get("18.1, N1", "encoded parent segment", "/public/%2e%2e/secret")
                        .denied(),
                get("18.1, N1", "encoded parent segment in upper case", "/public/%2E%2E/secret")
                        .denied(),
                get("18.1, N1", "half-encoded parent segment", "/public/.%2e/secret")
                        .denied(),
                get("18.1, N1", "double slashes and a parent", "//public//../secret")
                        .denied(),
                get("18.1, N1", "single dots and a parent", "/public/./../secret")
                        .denied(),
                get("18.1", "parent of the root", "/.."),
                get("18.1", "one parent too many", "/a/../.."),
                get("18.1", "one encoded parent too many", "/a/%2e%2e/%2e%2e"),
                get("18.1, N1", "parameters on a parent", "/public/..;/secret").denied(),
                get("18.1, N1", "a named parameter on a parent", "/public/..;x/secret")
                        .denied(),
                get("18.1, N1", "a session parameter on a parent", "/public/..;jsessionid=x/secret")
                        .denied(),
                get("18.1, N1", "an encoded semicolon on a parent", "/public/..%3B/secret")
                        .denied(),
                get("18.1, N1", "a chain of parents with parameters", "/public/..;/..;/secret"),
                get("18.1, N1", "a parent with parameters at the root", "/..;"),
                get("18.1", "parameters before a parent", "/public;x=1/../secret")
                        .denied(),
                get("18.1", "parameters within an allowed path are dropped", "/public/a;jsessionid=x/b")
                        .reaching("GET /public/a/b HTTP/1.1")
                        .never("jsessionid"),
                get("18.1", "what is decided on is what is sent", "/public/%61%2D%7e/./b//c")
                        .reaching("GET /public/a-~/b/c HTTP/1.1"),
                get("18.1", "a path back into the allowed folder", "/secret/../public/a")
                        .reaching("GET /public/a HTTP/1.1")
                        .never("secret"));
    }

    private static List<HttpCase> encodings() {
        return List.of(
                get("18.1, N2", "an encoded slash after a parent", "/public/..%2fsecret"),
                get("18.1, N2", "an encoded slash, all encoded", "/public/%2E%2E%2Fsecret"),
                get("18.1, N2", "an encoded slash", "/public/a%2fb"),
                get("18.1, N2", "an encoded slash where it is allowed", "/public/a%2fb")
                        .slashes()
                        .reaching("GET /public/a%2Fb HTTP/1.1"),
                get("18.1, N2", "an encoded slash after a parent where slashes are allowed", "/public/..%2fsecret")
                        .slashes(),
                get("18.1, N2", "all encoded where slashes are allowed", "/public/%2e%2e%2fsecret")
                        .slashes(),
                get("N2", "an encoded backslash after a parent", "/public/..%5csecret"),
                get("N2", "a doubly encoded parent", "/public/%252e%252e/secret"),
                get("N2", "an overlong encoding of a dot", "/public/%c0%ae%c0%ae/secret"),
                get("18.1", "an encoded NUL", "/public/%00"),
                get("18.1", "an encoded LF", "/public/%0A"),
                get("18.1", "an encoded CR", "/public/%0D"),
                get("18.1", "an encoded tab", "/public/%09"),
                get("18.1", "an encoded DEL", "/public/%7F"),
                get("18.1", "a raw tab", "/public/\tx"),
                get("18.1", "a raw NUL", "/public/\0x"),
                get("18.1", "a raw CR", "/public/\rx"),
                get("18.1", "a raw LF", "/public/\nx"),
                get("18.1", "a fragment", "/public/#fragment"),
                get("18.1", "raw UTF-8", "/public/\u00c3\u00a9"),
                get("18.1", "encoded UTF-8 is kept", "/public/%C3%A9").reaching("GET /public/%C3%A9 HTTP/1.1"),
                get("18.1", "a percent sign alone", "/public/%"),
                get("18.1", "half an escape", "/public/%2"),
                get("18.1", "an escape that is not hexadecimal", "/public/%zz"),
                get("18.1", "a path of 4097 bytes", "/public/" + "a".repeat(4097 - 8)),
                get("18.1", "a path of 4096 bytes", "/public/" + "a".repeat(4096 - 8))
                        .reaching("GET /public/" + "a".repeat(4096 - 8) + " HTTP/1.1"));
    }

    private static List<HttpCase> forms() {
        return List.of(
                sending("18.1", "asterisk form", "OPTIONS * HTTP/1.1\r\nHost: $H\r\n\r\n"),
                sending("18.1", "absolute form in a tunnel", "GET $S://$H/public/a HTTP/1.1\r\nHost: $H\r\n\r\n")
                        .tunnels()
                        .reaching("GET /public/a HTTP/1.1"),
                sending(
                                "18.1, S12",
                                "absolute form for another host than Host",
                                "GET $S://other.test/public/a HTTP/1.1\r\nHost: $H\r\n\r\n")
                        .tunnels(),
                sending(
                                "18.1, S12",
                                "another host in target and Host alike",
                                "GET $S://other.test/public/a HTTP/1.1\r\nHost: other.test\r\n\r\n")
                        .tunnels()
                        .denied(),
                sending(
                                "18.1, S12",
                                "absolute form for another port",
                                "GET $S://$H:8443/public/a HTTP/1.1\r\nHost: $H:8443\r\n\r\n")
                        .tunnels()
                        .denied(),
                sending(
                                "18.1",
                                "absolute form of another scheme in a tunnel",
                                "GET ftp://$H/public/a HTTP/1.1\r\nHost: $H\r\n\r\n")
                        .tunnels()
                        .denied(),
                sending(
                                "18.1, 2.5",
                                "a path that holds a URL",
                                "GET $T/public/http://x?next=http://y HTTP/1.1\r\nHost: $H\r\n\r\n")
                        .reaching("GET /public/http:/x?next=http://y HTTP/1.1"),
                sending(
                                "2.4",
                                "absolute form for https on the listener",
                                "GET https://$H/public/a HTTP/1.1\r\nHost: $H\r\n\r\n")
                        .only(Way.LISTENER),
                sending(
                                "2.4",
                                "absolute form for ftp on the listener",
                                "GET ftp://$H/public/a HTTP/1.1\r\nHost: $H\r\n\r\n")
                        .only(Way.LISTENER),
                sending("2.4", "origin form on the listener", "GET /public/a HTTP/1.1\r\nHost: $H\r\n\r\n")
                        .only(Way.LISTENER),
                sending(
                                "N5",
                                "a method in lower case is another method",
                                "get $T/public/a HTTP/1.1\r\nHost: $H\r\n\r\n")
                        .denied(),
                sending("N5", "a method that no rule has", "PURGE $T/public/a HTTP/1.1\r\nHost: $H\r\n\r\n")
                        .denied());
    }

    private static List<HttpCase> queries() {
        return List.of(
                get("18.1", "a query goes on byte for byte", "/public/a?x=%2F&y=a+b&&z")
                        .reaching("GET /public/a?x=%2F&y=a+b&&z HTTP/1.1"),
                get("18.1", "a broken escape in the query", "/public/a?x=%zz"),
                get("18.1", "a question mark in the query", "/public/a?x=?/../secret")
                        .reaching("GET /public/a?x=?/../secret HTTP/1.1"),
                get("18.1", "an encoded question mark stays in the path", "/secret%3F/public/a")
                        .denied());
    }
}
