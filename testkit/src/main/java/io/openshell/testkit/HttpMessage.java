package io.openshell.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An HTTP/1 message as it was received. Immutable. */
public abstract sealed class HttpMessage permits RawResponse, ReceivedRequest {

    private final String head;
    private final byte[] body;

    HttpMessage(String head, byte[] body) {
        this.head = head;
        this.body = body;
    }

    /** First line and fields as received, with the empty line. */
    public final String head() {
        return head;
    }

    /** The first field of this name. */
    public final Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    /** All fields of this name, in order. */
    public final List<String> headers(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return head.lines()
                .skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .toList();
    }

    /** The body without framing; a copy. */
    public final byte[] body() {
        return body.clone();
    }

    /** The body as UTF-8. */
    public final String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public final String toString() {
        return head + text();
    }
}
