package io.openshell.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A request as an upstream read it. Immutable. */
public final class ReceivedRequest {

    private final String head;
    private final byte[] body;

    ReceivedRequest(String head, byte[] body) {
        this.head = head;
        this.body = body;
    }

    /** The request line. */
    public String line() {
        return head.substring(0, head.indexOf('\r'));
    }

    /** The method. */
    public String method() {
        return line().split(" ", 3)[0];
    }

    /** The target. */
    public String target() {
        return line().split(" ", 3)[1];
    }

    /** Request line and fields as received, with the empty line. */
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
