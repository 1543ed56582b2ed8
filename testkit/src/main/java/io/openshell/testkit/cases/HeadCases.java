package io.openshell.testkit.cases;

import static io.openshell.testkit.cases.HttpCase.fields;
import static io.openshell.testkit.cases.HttpCase.post;
import static io.openshell.testkit.cases.HttpCase.sending;

import io.openshell.testkit.cases.HttpCase.Way;
import java.util.ArrayList;
import java.util.List;

/** Request lines, fields, Host and Connection. */
final class HeadCases {

    private static final String GET = "GET $T/public/a HTTP/1.1\r\nHost: $H\r\n";

    private HeadCases() {}

    static List<HttpCase> all() {
        List<HttpCase> cases = new ArrayList<>();
        cases.addAll(requestLines());
        cases.addAll(fieldLines());
        cases.addAll(hosts());
        cases.addAll(hopByHop());
        cases.addAll(upgrades());
        cases.addAll(limits());
        return cases;
    }

    /** Where it is clear that HTTP is meant. */
    private static HttpCase unlikeHttp(String source, String what, String text) {
        return sending(source, what, text).only(Way.TLS_TUNNEL, Way.FORWARD);
    }

    /** Where it is taken for another protocol, which an inspected endpoint refuses. */
    private static HttpCase inPlain(String source, String what, String text) {
        return sending(source, what + ", in a plain tunnel", text)
                .only(Way.PLAIN_TUNNEL)
                .denied();
    }

    private static List<HttpCase> requestLines() {
        String rest = "\r\nHost: $H\r\n\r\n";
        return List.of(
                sending("18.2", "two spaces after the method", "GET  $T/public/a HTTP/1.1" + rest),
                sending("18.2", "two spaces before the version", "GET $T/public/a  HTTP/1.1" + rest),
                sending("18.2", "a space after the version", "GET $T/public/a HTTP/1.1 " + rest),
                unlikeHttp("18.2", "a tab after the method", "GET\t$T/public/a HTTP/1.1" + rest),
                inPlain("18.2", "a tab after the method", "GET\t$T/public/a HTTP/1.1" + rest),
                sending("18.2", "a tab before the version", "GET $T/public/a\tHTTP/1.1" + rest),
                sending("18.2", "a space within the target", "GET $T/public/a b HTTP/1.1" + rest),
                sending("18.2", "no version", "GET $T/public/a" + rest),
                sending("18.2", "no target", "GET HTTP/1.1" + rest),
                unlikeHttp("18.2", "a method that is no token", "G(T $T/public/a HTTP/1.1" + rest),
                inPlain("18.2", "a method that is no token", "G(T $T/public/a HTTP/1.1" + rest),
                sending("18.2, T7", "HTTP/2.0", "GET $T/public/a HTTP/2.0" + rest),
                sending("18.2", "HTTP/0.9", "GET $T/public/a HTTP/0.9" + rest),
                sending("18.2", "HTTP/1.2", "GET $T/public/a HTTP/1.2" + rest),
                sending("18.2", "a garbage version", "GET $T/public/a FOO" + rest),
                unlikeHttp("S6", "an empty line first", "\r\n" + GET + "\r\n"),
                inPlain("S6", "an empty line first", "\r\n" + GET + "\r\n"),
                unlikeHttp("S6", "a NUL and a control byte first", "\0\1" + GET + "\r\n"),
                inPlain("S6", "a NUL and a control byte first", "\0\1" + GET + "\r\n"),
                unlikeHttp("S6", "a space first", " " + GET + "\r\n"),
                sending("18.2", "LF alone after the request line", "GET $T/public/a HTTP/1.1\nHost: $H\r\n\r\n"),
                sending("18.2", "LF alone after a field", "GET $T/public/a HTTP/1.1\r\nHost: $H\n\r\n"),
                sending("18.2", "LF alone for the empty line", "GET $T/public/a HTTP/1.1\r\nHost: $H\r\n\n"),
                sending("18.2", "CR alone within a field", GET + "X: a\rb\r\n\r\n"),
                sending("18.2", "HTTP/1.0 stays HTTP/1.0", "GET $T/public/a HTTP/1.0\r\nHost: $H\r\n\r\n")
                        .reaching("GET /public/a HTTP/1.0"));
    }

    private static List<HttpCase> fieldLines() {
        return List.of(
                fields("18.2, S4", "a folded line", "X: a\r\n b"),
                fields("18.2", "a folded first line", " X: a"),
                fields("18.2, S13", "a space before the colon", "X : a"),
                fields("18.2", "no colon", "X"),
                fields("18.2", "an empty name", ": a"),
                fields("18.2, S13", "a name that is no token", "X(Y): a"),
                fields("S13", "NUL in a name", "X\0Y: a"),
                fields("S13", "NEL after a name", "X\u0085: a"),
                fields("S13", "a no-break space after a name", "X\u00a0: a"),
                fields("18.2", "NUL in a value", "X: a\0b"),
                fields("18.2", "a control byte in a value", "X: a\u0008b"),
                fields("18.2", "a value that is not UTF-8", "X: \u00ff"),
                fields("S13", "an underscore in a name of framing", "Content_Length: 5"),
                fields("S13", "an underscore in a name of forwarding", "X_Forwarded_For: 127.0.0.1"),
                fields("S13", "an underscore in any other name passes", "X_Custom: 1")
                        .reaching("GET /public/a HTTP/1.1")
                        .because("RFC 9110 allows it, and it is in use; refused only where its hyphenated twin"
                                + " frames, routes or authorises"),
                fields("18.2", "UTF-8 in a value passes", "X: \u00c3\u00a9").reaching("GET /public/a HTTP/1.1"));
    }

    private static List<HttpCase> hosts() {
        String line = "GET $T/public/a HTTP/1.1\r\n";
        return List.of(
                sending("18.2, S12", "two Hosts", line + "Host: $H\r\nHost: $H\r\n\r\n"),
                sending("18.2, S12", "two Hosts that differ", line + "Host: $H\r\nHost: other.test\r\n\r\n"),
                sending("18.2", "no Host in HTTP/1.1", line + "\r\n"),
                sending("18.2", "no Host in HTTP/1.0", "GET $T/public/a HTTP/1.0\r\n\r\n")
                        .reaching("GET /public/a HTTP/1.0"),
                sending("18.2, S12, T1", "Host of another host in a tunnel", line + "Host: other.test\r\n\r\n")
                        .tunnels()
                        .denied(),
                sending("18.2, S12", "Host of another port in a tunnel", line + "Host: $H:8080\r\n\r\n")
                        .tunnels()
                        .denied(),
                sending("18.2, S12", "Host of another host than the absolute target", line + "Host: other.test\r\n\r\n")
                        .only(Way.FORWARD),
                sending("S12", "Host with userinfo", line + "Host: user@$H\r\n\r\n"),
                sending("S12", "Host with a space", line + "Host: $H other.test\r\n\r\n"),
                sending("S12", "Host as a list", line + "Host: $H, other.test\r\n\r\n"),
                sending("S12", "Host with a path", line + "Host: $H/x\r\n\r\n"),
                sending("S12", "an empty Host", line + "Host:\r\n\r\n"),
                sending("S12", "Host with an empty port", line + "Host: $H:\r\n\r\n"),
                sending("S12", "Host with a port beyond 65535", line + "Host: $H:65536\r\n\r\n"),
                sending("N7", "Host in upper case with a trailing dot", line + "Host: API.TEST.\r\n\r\n")
                        .reaching("GET /public/a HTTP/1.1")
                        .never("API.TEST"),
                sending("N6", "NUL in Host", line + "Host: other.test\0.$H\r\n\r\n"),
                sending("N7", "a percent sign in Host", line + "Host: api%2etest\r\n\r\n"),
                sending("N8", "Host outside ASCII", line + "Host: \u00c3\u00a9pi.test\r\n\r\n"));
    }

    private static List<HttpCase> hopByHop() {
        return List.of(
                fields("18.2, S14", "Connection names Content-Length", "Connection: content-length"),
                fields("18.2, S14", "Connection names Host", "Connection: close, Host"),
                fields("18.2, S14", "Connection names Transfer-Encoding", "Connection: Transfer-Encoding"),
                fields("S14", "Connection names Authorization", "Connection: Authorization\r\nAuthorization: x"),
                fields("S14", "Connection is no list of tokens", "Connection: a b"),
                fields("18.2, S14", "Connection names another field", "Connection: close, X-Hop\r\nX-Hop: 1")
                        .reaching("GET /public/a HTTP/1.1")
                        .never("X-Hop", "Connection: close, X"),
                fields("18.2", "proxy fields stay here", "Proxy-Authorization: Basic eDp5\r\nProxy-Connection: close")
                        .reaching("GET /public/a HTTP/1.1")
                        .never("Proxy-"),
                fields("N5", "a method override does not go on", "X-HTTP-Method-Override: DELETE")
                        .reaching("GET /public/a HTTP/1.1")
                        .never("DELETE"),
                fields("N5", "a path override does not go on", "X-Original-URL: /secret")
                        .reaching("GET /public/a HTTP/1.1")
                        .never("secret"));
    }

    private static List<HttpCase> upgrades() {
        String upgrade = "Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nUpgrade: ";
        return List.of(
                fields("18.2, T7", "an upgrade to h2c", upgrade + "h2c"),
                fields("T7", "h2c among other protocols", "Connection: Upgrade\r\nUpgrade: websocket, h2c"),
                unlikeHttp("18.2, T7", "HTTP/2 with prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                inPlain("18.2, T7", "HTTP/2 with prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                fields("T9", "an upgrade to TLS", "Connection: Upgrade\r\nUpgrade: TLS/1.0")
                        .denied(),
                fields("T9", "an upgrade to what no protocol plugin owns", "Connection: Upgrade\r\nUpgrade: foo")
                        .denied(),
                sending(
                                "T5",
                                "CONNECT within a tunnel",
                                "CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443\r\n\r\n")
                        .tunnels()
                        .denied(),
                post("S9", "an unknown expectation", "Content-Length: 1\r\nExpect: magic", "x")
                        .answered(417));
    }

    private static List<HttpCase> limits() {
        return List.of(
                sending(
                                "18.2",
                                "a first head of 8192 bytes without end",
                                "GET http://$H/public/a HTTP/1.1\r\nX: " + "x".repeat(8192))
                        .only(Way.LISTENER)
                        .answered(431),
                sending("18.2", "an inspected head of 16384 bytes without end", GET + "X: " + "x".repeat(16384))
                        .tunnels()
                        .answered(431),
                sending("18.2", "more fields than anyone needs", GET + "a:\r\n".repeat(300) + "\r\n")
                        .answered(431));
    }
}
