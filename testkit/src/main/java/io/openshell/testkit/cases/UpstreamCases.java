package io.openshell.testkit.cases;

import static io.openshell.testkit.cases.UpstreamCase.bad;
import static io.openshell.testkit.cases.UpstreamCase.passed;

import java.util.List;

/** Hostile and odd responses. */
final class UpstreamCases {

    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private UpstreamCases() {}

    static List<UpstreamCase> all() {
        return List.of(
                bad(
                        "18.2",
                        "a response with a length and chunks",
                        OK + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                bad("18.2", "a response with two lengths", OK + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde"),
                bad(
                        "18.2",
                        "a response with two equal lengths",
                        OK + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde"),
                bad("18.2", "a response with an unknown encoding", OK + "Transfer-Encoding: gzip\r\n\r\nabcde"),
                bad("18.2", "a response head beyond 16 KiB", OK + "X: " + "x".repeat(17000) + "\r\n\r\n"),
                bad("18.2", "a response with LF alone", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
                bad("18.2", "a response with a folded field", OK + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n"),
                bad("18.2", "a response with a space before a colon", OK + "Content-Length : 0\r\n\r\n"),
                bad("18.2", "a response that is no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
                bad("18.2", "a response of HTTP/2", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
                bad("18.2", "no response at all", "").closing(),
                bad("18.2", "a response that ends in its head", OK + "Content-Le")
                        .closing(),
                bad(
                                "18.2",
                                "an unsolicited 101",
                                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\nraw bytes")
                        .never("HTTP/1.1 101", "raw bytes"),
                passed("18.2", "chunks that break off", OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nabc", 200, "")
                        .closing()
                        .broken(),
                passed("18.2", "a length that is not met", OK + "Content-Length: 9\r\n\r\nabcde", 200, "")
                        .closing()
                        .broken(),
                passed(
                                "18.2",
                                "chunks whose sizes lie",
                                OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nabcdefgh\r\n0\r\n\r\n",
                                200,
                                "")
                        .broken(),
                passed(
                                "18.2",
                                "chunks without extensions and trailers",
                                OK + "Transfer-Encoding: chunked\r\n\r\n5;secret=x\r\nabcde\r\n0\r\nX-Sum: 1\r\n\r\n",
                                200,
                                "abcde")
                        .never("secret=", "X-Sum"),
                passed("18.2", "no framing lasts until the end", OK + "\r\nabcde", 200, "abcde")
                        .closing()
                        .because("the reference takes a response without framing and without close for empty"),
                passed("18.2", "the answer to HEAD has no body", OK + "Content-Length: 5\r\n\r\n", 200, "")
                        .to("HEAD"),
                passed("18.2", "204 has no body", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 204, ""),
                passed("18.2", "304 has no body", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, ""),
                passed(
                                "S15",
                                "two responses to one request",
                                OK + "Content-Length: 2\r\n\r\nok" + OK + "Content-Length: 6\r\n\r\npoison",
                                200,
                                "ok")
                        .never("poison"),
                passed("S15", "a body behind the answer to HEAD", OK + "Content-Length: 6\r\n\r\npoison", 200, "")
                        .to("HEAD")
                        .never("poison"),
                passed("S15", "a body behind 304", "HTTP/1.1 304 Not Modified\r\n\r\npoison", 304, "")
                        .never("poison"),
                passed(
                                "T15",
                                "Alt-Svc does not reach the client",
                                OK + "Alt-Svc: h3=\":443\"\r\nContent-Length: 2\r\n\r\nok",
                                200,
                                "ok")
                        .never("h3="),
                passed(
                                "S14",
                                "fields that end at this hop do not reach the client",
                                OK + "Connection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nContent-Length: 2\r\n\r\nok",
                                200,
                                "ok")
                        .never("X-Hop", "Keep-Alive"),
                passed("T8", "200 to an upgrade stays HTTP", OK + "Content-Length: 2\r\n\r\nok", 200, "ok")
                        .to("UPGRADE"),
                passed(
                                "T8",
                                "426 to an upgrade stays HTTP",
                                "HTTP/1.1 426 Upgrade Required\r\nUpgrade: raw\r\nContent-Length: 2\r\n\r\nno",
                                426,
                                "no")
                        .to("UPGRADE"));
    }
}
