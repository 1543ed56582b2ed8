package io.openshell.testkit;

import java.io.IOException;

/** A response as a client got it. Immutable. */
public final class RawResponse extends HttpMessage {

    private final int status;

    private RawResponse(int status, String head, byte[] body) {
        super(head, body);
        this.status = status;
    }

    static RawResponse of(String head) throws IOException {
        if (!head.matches("(?s)HTTP/1\\.[01] [0-9]{3}[ \r].*")) {
            throw new IOException(
                    "response: not HTTP/1: " + head.lines().findFirst().orElse(""));
        }
        return new RawResponse(Integer.parseInt(head.substring(9, 12)), head, new byte[0]);
    }

    RawResponse withBody(byte[] bytes) {
        return new RawResponse(status, head(), bytes);
    }

    /** The status. */
    public int status() {
        return status;
    }
}
