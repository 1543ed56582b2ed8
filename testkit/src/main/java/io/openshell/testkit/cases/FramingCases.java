package io.openshell.testkit.cases;

import static io.openshell.testkit.cases.HttpCase.post;
import static io.openshell.testkit.cases.HttpCase.sending;

import java.util.ArrayList;
import java.util.List;

/** Where a request's body ends, and where the next request begins. */
final class FramingCases {

    private static final String POST_LINE = "POST /public/a HTTP/1.1";
    private static final String CHUNKED = "Transfer-Encoding: chunked";
    private static final String SMUGGLED = "GET /secret HTTP/1.1\r\nHost: $H\r\n\r\n";

    private FramingCases() {}

    static List<HttpCase> all() {
        List<HttpCase> cases = new ArrayList<>();
        cases.addAll(lengths());
        cases.addAll(encodings());
        cases.addAll(chunks());
        cases.addAll(trailers());
        cases.addAll(pipelines());
        return cases;
    }

    private static HttpCase length(String what, String value) {
        return post("18.2, S3", what, "Content-Length:" + value, "x".repeat(6));
    }

    private static List<HttpCase> lengths() {
        return List.of(
                length("a length that is no number", " abc"),
                length("an empty length", ""),
                length("a negative length", " -1"),
                length("a signed length", " +5"),
                length("a hexadecimal length", " 0x5"),
                length("a list of equal lengths", " 5, 5"),
                length("a list of lengths", " 5, 6"),
                length("a length with a fraction", " 5.0"),
                length("a length with a parameter", " 5;"),
                length("a quoted length", " \"5\""),
                length("a length with leading zeros", " 005")
                        .because("RFC 9110 allows leading zeros; nobody sends them, and some read them as octal"),
                length("a length padded with space", " 5 ")
                        .because("RFC 9110 allows white space around a value; framing fields carry none"),
                length("a length after a tab", "\t5")
                        .because("RFC 9110 allows white space around a value; framing fields carry none"),
                length("a length of 2^63", " 9223372036854775808"),
                length("a length of 2^64", " 18446744073709551616"),
                length("two lengths that differ", " 5\r\nContent-Length: 6"),
                length("a length, then no number", " 5\r\nContent-Length: abc"),
                length("no number, then a length", " abc\r\nContent-Length: 5"),
                post("18.2", "two equal lengths", "Content-Length: 5\r\nContent-Length: 5", "abcde")
                        .reaching(POST_LINE),
                post("18.2", "a length beyond all memory", "Content-Length: 9223372036854775807", "abc")
                        .cutOff());
    }

    private static HttpCase encoding(String what, String fields) {
        return post("18.2, S4", what, fields, "0\r\n\r\n");
    }

    private static List<HttpCase> encodings() {
        return List.of(
                encoding("a length and chunks", "Content-Length: 5\r\n" + CHUNKED),
                encoding("chunks and a length", CHUNKED + "\r\nContent-Length: 5"),
                encoding("a length and an unknown encoding", "Content-Length: 5\r\nTransfer-Encoding: gzip"),
                sending(
                        "S2",
                        "chunks and a length in HTTP/1.0",
                        "POST $T/public/a HTTP/1.0\r\nHost: $H\r\nContent-Length: 5\r\n" + CHUNKED
                                + "\r\n\r\n0\r\n\r\n"),
                sending(
                        "S2",
                        "chunks in HTTP/1.0",
                        "POST $T/public/a HTTP/1.0\r\nHost: $H\r\n" + CHUNKED + "\r\n\r\n0\r\n\r\n"),
                encoding("chunkedfoo", "Transfer-Encoding: chunkedfoo"),
                encoding("xchunked", "Transfer-Encoding: xchunked"),
                encoding("chunked, identity", "Transfer-Encoding: chunked, identity"),
                encoding("identity", "Transfer-Encoding: identity"),
                encoding("gzip, chunked", "Transfer-Encoding: gzip, chunked"),
                encoding("chunked twice in one field", "Transfer-Encoding: chunked, chunked"),
                encoding("chunked in two fields", CHUNKED + "\r\n" + CHUNKED),
                encoding("an empty Transfer-Encoding", "Transfer-Encoding:"),
                encoding("chunked after a tab", "Transfer-Encoding:\tchunked"),
                encoding("chunked padded with space", "Transfer-Encoding: chunked "),
                encoding("chunked with a parameter", "Transfer-Encoding: chunked;x"),
                encoding("quoted chunked", "Transfer-Encoding: \"chunked\""),
                encoding("a space before the colon of Transfer-Encoding", "Transfer-Encoding : chunked"),
                encoding("a tab before the colon of Transfer-Encoding", "Transfer-Encoding\t: chunked"),
                encoding("a folded Transfer-Encoding", "Transfer-Encoding:\r\n chunked"),
                encoding("an underscore in Transfer-Encoding", "Transfer_Encoding: chunked"));
    }

    private static HttpCase chunk(String what, String body) {
        return post("18.2, S5", what, CHUNKED, body).midway().never("secret");
    }

    private static List<HttpCase> chunks() {
        String next = "0\r\n\r\n";
        return List.of(
                chunk("a chunk size that overflows", "10000000000000005\r\nabcde\r\n" + next + SMUGGLED),
                chunk("a chunk size of 2^63", "8000000000000000\r\nabcde\r\n" + next + SMUGGLED),
                chunk("a chunk size with 0x", "0x5\r\nabcde\r\n" + next + SMUGGLED),
                chunk("a signed chunk size", "+5\r\nabcde\r\n" + next + SMUGGLED),
                chunk("a space before a chunk size", " 5\r\nabcde\r\n" + next + SMUGGLED),
                chunk("a space after a chunk size", "5 \r\nabcde\r\n" + next + SMUGGLED),
                chunk("no chunk size", "\r\nabcde\r\n" + next + SMUGGLED),
                chunk("a chunk longer than its size", "5\r\nabcdefg\r\n" + next + SMUGGLED),
                chunk("no line end after a chunk", "5\r\nabcde" + next + SMUGGLED),
                chunk("LF alone after a chunk size", "5\nabcde\r\n" + next + SMUGGLED),
                chunk("LF alone after a chunk", "5\r\nabcde\n" + next + SMUGGLED),
                chunk("CR alone after a chunk size", "5\rabcde\r\n" + next + SMUGGLED),
                chunk("LF alone in an extension", "5;x\nabcde\r\n" + next + SMUGGLED),
                chunk("a line end in a quoted extension", "5;x=\"\r\n\"\r\nabcde\r\n" + next + SMUGGLED),
                chunk("a flood of extensions", ("1;" + "x".repeat(900) + "\r\na\r\n").repeat(30) + next),
                chunk("an endless extension", "1;" + "x".repeat(5000)),
                chunk("the input ends in a chunk", "5\r\nabc").cutOff(),
                chunk("the input ends before the trailers do", "5\r\nabcde\r\n0\r\n")
                        .cutOff(),
                post("S5", "extensions are dropped", CHUNKED, "5;name=\"va;lue\"\r\nabcde\r\n0;last\r\n\r\n")
                        .reaching(POST_LINE)
                        .never("name=", "va;lue", "last"));
    }

    private static List<HttpCase> trailers() {
        return List.of(
                chunk("Authorization as a trailer", "0\r\nAuthorization: x\r\n\r\n")
                        .never("Authorization"),
                chunk("Host as a trailer", "0\r\nHost: evil.test\r\n\r\n").never("evil"),
                chunk("Content-Length as a trailer", "0\r\nContent-Length: 5\r\n\r\n")
                        .never("Content-Length"),
                chunk("X-Forwarded-For as a trailer", "0\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n")
                        .never("127.0.0.1"),
                chunk("a trailer that is no field", "0\r\nX\r\n\r\n"),
                chunk("a folded trailer", "0\r\nX: a\r\n b\r\n\r\n"),
                chunk("LF alone after a trailer", "0\r\nX: a\n\r\n"),
                post("S7", "a forbidden trailer announced", CHUNKED + "\r\nTrailer: Authorization", "0\r\n\r\n"),
                post(
                                "S7",
                                "other trailers are dropped",
                                CHUNKED + "\r\nTrailer: X-Sum",
                                "5\r\nabcde\r\n0\r\nX-Sum: 1\r\n\r\n")
                        .reaching(POST_LINE)
                        .never("X-Sum")
                        .because("the reference passes trailers on; nothing that is checked here needs them"),
                marked("a placeholder in a trailer within a tunnel")
                        .tunnels()
                        .answered()
                        .midway()
                        .never("openshell:resolve"),
                marked("a placeholder in a trailer of a forwarded request")
                        .only(HttpCase.Way.FORWARD)
                        .answered(500)
                        .midway()
                        .never("openshell:resolve"));
    }

    private static HttpCase marked(String what) {
        return post("S8", what, CHUNKED, "5\r\nabcde\r\n0\r\nX-Key: openshell:resolve:env:KEY\r\n\r\n");
    }

    private static List<HttpCase> pipelines() {
        String allowed = "GET $T/public/a HTTP/1.1\r\nHost: $H\r\n\r\n";
        String denied = "GET $T/secret HTTP/1.1\r\nHost: $H\r\n\r\n";
        return List.of(
                sending("S11", "a denied request behind an allowed one", allowed + denied)
                        .answered(200, 403)
                        .reaching("GET /public/a HTTP/1.1")
                        .never("secret"),
                sending("S11", "an allowed request behind a denied one", denied + allowed)
                        .denied(),
                sending("S11", "a broken request behind an allowed one", allowed + "GET  /public/b HTTP/1.1\r\n\r\n")
                        .answered(200, 400)
                        .reaching("GET /public/a HTTP/1.1"),
                sending("18.2, S11", "three requests in one piece", allowed + allowed + allowed)
                        .answered(200, 200, 200)
                        .reaching("GET /public/a HTTP/1.1", "GET /public/a HTTP/1.1", "GET /public/a HTTP/1.1"),
                post("18.2", "a request behind a body of a length", "Content-Length: 5", "abcde" + denied)
                        .answered(200, 403)
                        .reaching(POST_LINE)
                        .never("secret"),
                post("18.2", "a request behind a chunked body", CHUNKED, "5\r\nabcde\r\n0\r\n\r\n" + denied)
                        .answered(200, 403)
                        .reaching(POST_LINE)
                        .never("secret"),
                post("18.2", "bytes behind a body that are no request", "Content-Length: 5", "abcde\0\0\0")
                        .answered(200, 400)
                        .reaching(POST_LINE)
                        .never("\0"),
                post(
                                "18.2",
                                "a body that reads like a request",
                                "Content-Length: 42",
                                "GET /secret HTTP/1.1\r\nHost: api.test\r\n\r\n!!")
                        .answered(200)
                        .reaching(POST_LINE));
    }
}
