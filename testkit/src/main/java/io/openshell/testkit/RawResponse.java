package io.openshell.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A response as a client got it. Immutable. */
public final class RawResponse {

    private final int status;
    private final String head;
    private final byte[] body;

    private RawResponse(int status, String head, byte[] body) {
        this.status = status;
        this.head = head;
        this.body = body;
    }

    static RawResponse of(String head) throws IOException {
        if (!head.matches("(?s)HTTP/1\\.[01] [0-9]{3}[ \r].*")) {
            throw new IOException(
                    "response: not HTTP/1: " + head.lines().findFirst().orElse(""));
        }
        return new RawResponse(Integer.parseInt(head.substring(9, 12)), head, new byte[0]);
    }

    RawResponse withBody(byte[] bytes) {
        return new RawResponse(status, head, bytes);
    }

    /** The status. */
    public int status() {
        return status;
    }

    /** Status line and fields as received, with the empty line. */
    public String head() {
        return head;
    }

    /** The first field of this name. */
    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    /** All fields of this name, in order. */
    public List<String> headers(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return head.lines()
                .skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .toList();
    }

    /** The body without framing; a copy. */
    public byte[] body() {
        return Arrays.copyOf(body, body.length);
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return head + text();
    }
}
