package io.openshell.proxy.http;

/** Makes a response head of a block of whole lines. */
final class ResponseHeadReader {

    private static final int STATUS_AT = 9;
    private static final int STATUS_END = 12;

    private final byte[] block;

    ResponseHeadReader(byte[] block) {
        this.block = block;
    }

    ResponseHead read(int fieldLines, String requestMethod) throws Malformed {
        HttpVersion version = version();
        int status = status();
        int lineEnd = reasonEnd();
        String reason = lineEnd <= STATUS_END + 1 ? "" : reason(lineEnd);
        HeaderFields fields = FieldParser.parse(block, lineEnd + 2, fieldLines, HttpProblem.BAD_GATEWAY);
        BodyFraming framing = ResponseFraming.of(version, status, fields, requestMethod);
        ConnectionOptions options = ConnectionOptions.of(fields, HttpProblem.BAD_GATEWAY);
        return new ResponseHead(version, status, reason, fields, framing, options);
    }

    private HttpVersion version() throws Malformed {
        if (block.length > STATUS_END && startsWith("HTTP/1.1 ")) {
            return HttpVersion.HTTP_1_1;
        }
        if (block.length > STATUS_END && startsWith("HTTP/1.0 ")) {
            return HttpVersion.HTTP_1_0;
        }
        int end = 0;
        while (block[end] != '\r' && block[end] != ' ') {
            end++;
        }
        throw refuse("version", Octets.excerpt(block, 0, end), "HTTP/1.0 or HTTP/1.1");
    }

    private boolean startsWith(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (block[i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int status() throws Malformed {
        int status = 0;
        for (int i = STATUS_AT; i < STATUS_END; i++) {
            if (!Octets.isDigit(block[i])) {
                throw refuse("status", Octets.excerpt(block, STATUS_AT, STATUS_END), "three digits");
            }
            status = status * 10 + (block[i] - '0');
        }
        boolean ends = block[STATUS_END] == ' ' || block[STATUS_END] == '\r';
        if (status < 100 || !ends) {
            throw refuse("status", Octets.excerpt(block, STATUS_AT, STATUS_END + 1), "100 to 999 and one space");
        }
        return status;
    }

    private int reasonEnd() throws Malformed {
        int end = STATUS_END;
        while (Octets.isField(block[end])) {
            end++;
        }
        if (block[end] != '\r' || block[end + 1] != '\n') {
            throw refuse("reason", "a control byte", "one line of text");
        }
        return end;
    }

    private String reason(int lineEnd) {
        int length = lineEnd - STATUS_END - 1;
        if (length == 2 && block[STATUS_END + 1] == 'O' && block[STATUS_END + 2] == 'K') {
            return "OK";
        }
        return Octets.ascii(block, STATUS_END + 1, lineEnd);
    }

    private static Malformed refuse(String name, String found, String expected) {
        return Malformed.withStatus(HttpProblem.BAD_GATEWAY, HttpProblem.STATUS_LINE, name, found, expected);
    }
}
