package io.openshell.proxy.http;

import java.util.Locale;

/** Makes a request head of a block of whole lines. */
final class RequestHeadReader {

    private static final int VERSION_LENGTH = 8;

    private final byte[] block;
    private int at;

    RequestHeadReader(byte[] block) {
        this.block = block;
    }

    RequestHead read(int fieldLines) throws Malformed {
        int methodEnd = method();
        int targetStart = methodEnd + 1;
        int targetEnd = target(targetStart);
        HttpVersion version = version(targetEnd + 1);
        HeaderFields fields = FieldParser.parse(block, at, fieldLines, HttpProblem.BAD_REQUEST);
        String method = Methods.name(block, 0, methodEnd);
        checkHost(version, fields);
        RequestTargets.check(block, targetStart, targetEnd, method.equals("CONNECT"), fields);
        BodyFraming framing = RequestFraming.of(version, fields);
        ConnectionOptions options = ConnectionOptions.of(fields, HttpProblem.BAD_REQUEST);
        checkContent(method, framing);
        checkTrailerNames(fields);
        checkExpect(version, fields);
        checkUpgrade(fields);
        return new RequestHead(method, Octets.ascii(block, targetStart, targetEnd), version, fields, framing, options);
    }

    private int method() throws Malformed {
        int end = 0;
        while (Octets.isToken(block[end])) {
            end++;
        }
        if (block[end] != ' ' || end == 0) {
            throw Malformed.because(
                    "RFC 9112 section 3.1", "method", Octets.excerpt(block, 0, end + 1), "a token and one space");
        }
        return end;
    }

    private int target(int start) throws Malformed {
        int end = start;
        while (Octets.isVisible(block[end])) {
            end++;
        }
        if (block[end] != ' ' || end == start) {
            throw Malformed.because(
                    HttpProblem.REQUEST_LINE,
                    "request-target",
                    block[end] == '\r' || block[end] == ' ' ? "not one part" : "a control or non-ASCII byte",
                    "visible ASCII between single spaces");
        }
        return end;
    }

    private HttpVersion version(int start) throws Malformed {
        int end = start;
        while (block[end] != '\r') {
            end++;
        }
        at = end + 2;
        boolean known = end - start == VERSION_LENGTH && block[end + 1] == '\n' && startsVersion(start);
        if (known && block[end - 1] == '1') {
            return HttpVersion.HTTP_1_1;
        }
        if (known && block[end - 1] == '0') {
            return HttpVersion.HTTP_1_0;
        }
        throw Malformed.because(
                HttpProblem.VERSION, "version", Octets.excerpt(block, start, end), "HTTP/1.0 or HTTP/1.1");
    }

    private boolean startsVersion(int start) {
        String prefix = "HTTP/1.";
        for (int i = 0; i < prefix.length(); i++) {
            if (block[start + i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void checkHost(HttpVersion version, HeaderFields fields) throws Malformed {
        int index = fields.next(KnownField.HOST, 0);
        if (index < 0) {
            if (version == HttpVersion.HTTP_1_1) {
                throw Malformed.because(HttpProblem.REQUEST_TARGET, "Host", "missing", "one, in HTTP/1.1");
            }
            return;
        }
        if (fields.next(KnownField.HOST, index + 1) >= 0) {
            throw Malformed.because(HttpProblem.REQUEST_TARGET, "Host", "more than one", "one");
        }
        if (!HostField.isValid(block, fields.valueStart(index), fields.valueEnd(index))) {
            throw Malformed.because(
                    HttpProblem.HOST,
                    "Host",
                    Octets.excerpt(block, fields.valueStart(index), fields.valueEnd(index)),
                    "host or host:port");
        }
    }

    /** What follows a CONNECT is the tunnel's, and a TRACE would be sent back; neither has a body. */
    private static void checkContent(String method, BodyFraming framing) throws Malformed {
        if (!framing.isEmpty() && (method.equals("CONNECT") || method.equals("TRACE"))) {
            throw Malformed.because("RFC 9110 section 9.3", method, "with a body", "none");
        }
    }

    private static void checkTrailerNames(HeaderFields fields) throws Malformed {
        int index = fields.next(KnownField.TRAILER, 0);
        for (; index >= 0; index = fields.next(KnownField.TRAILER, index + 1)) {
            TokenList announced = new TokenList(fields, index, HttpProblem.TRAILERS, HttpProblem.BAD_REQUEST);
            while (announced.next()) {
                if (!announced.kind().mayBeTrailer()) {
                    throw Malformed.because(
                            HttpProblem.TRAILERS,
                            "Trailer",
                            announced.text(),
                            "no field that frames, routes or authorises");
                }
            }
        }
    }

    private static void checkExpect(HttpVersion version, HeaderFields fields) throws Malformed {
        int index = fields.next(KnownField.EXPECT, 0);
        if (index < 0 || version == HttpVersion.HTTP_1_0) {
            return;
        }
        boolean usual =
                Octets.equalsLower(fields.block(), fields.valueStart(index), fields.valueEnd(index), "100-continue");
        if (!usual || fields.next(KnownField.EXPECT, index + 1) >= 0) {
            throw Malformed.withStatus(417, HttpProblem.EXPECT, "Expect", "not one known expectation", "100-continue");
        }
    }

    /** HTTP/2 cannot be judged here, so the way into it is closed before anyone is asked. */
    private static void checkUpgrade(HeaderFields fields) throws Malformed {
        if (fields.has(KnownField.HTTP2_SETTINGS)) {
            throw Malformed.because(HttpProblem.UPGRADE, "HTTP2-Settings", "an upgrade to HTTP/2", "HTTP/1.1");
        }
        int index = fields.next(KnownField.UPGRADE, 0);
        for (; index >= 0; index = fields.next(KnownField.UPGRADE, index + 1)) {
            String value = fields.value(index).toLowerCase(Locale.ROOT);
            if (value.contains("h2") || value.contains("http/2")) {
                throw Malformed.because(HttpProblem.UPGRADE, "Upgrade", "an upgrade to HTTP/2", "HTTP/1.1");
            }
        }
    }
}
