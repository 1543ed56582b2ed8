package io.openshell.testkit.cases;

import java.util.List;

/**
 * What an upstream answers to one allowed request, and what the client makes of it.
 *
 * @param source where the case comes from
 * @param what the case in a few words; unique
 * @param request the request's method, {@code GET}, {@code HEAD} or {@code UPGRADE}
 * @param answer the upstream's bytes, one character each
 * @param closes whether the upstream closes after them
 * @param status the client's answer; 0 if the connection just ends
 * @param body what the client gets as the body, if the answer is the upstream's
 * @param never texts that the client never gets
 * @param note why the case is decided differently from the reference; empty if it is not
 */
public record UpstreamCase(
        String source,
        String what,
        String request,
        String answer,
        boolean closes,
        int status,
        String body,
        List<String> never,
        String note) {

    public UpstreamCase {
        never = List.copyOf(never);
    }

    /** An answer that cannot be passed on. */
    static UpstreamCase bad(String source, String what, String answer) {
        return new UpstreamCase(source, what, "GET", answer, false, 502, "", List.of(), "");
    }

    /** An answer that is passed on with this body. */
    static UpstreamCase passed(String source, String what, String answer, int status, String body) {
        return new UpstreamCase(source, what, "GET", answer, false, status, body, List.of(), "");
    }

    /** To a request of this method. */
    UpstreamCase to(String method) {
        return new UpstreamCase(source, what, method, answer, closes, status, body, never, note);
    }

    /** The upstream closes. */
    UpstreamCase closing() {
        return new UpstreamCase(source, what, request, answer, true, status, body, never, note);
    }

    /** The client never gets these. */
    UpstreamCase never(String... texts) {
        return new UpstreamCase(source, what, request, answer, closes, status, body, List.of(texts), note);
    }

    /** The connection just ends. */
    UpstreamCase broken() {
        return new UpstreamCase(source, what, request, answer, closes, 0, body, never, note);
    }

    /** Decided otherwise than the reference, for a reason. */
    UpstreamCase because(String reason) {
        return new UpstreamCase(source, what, request, answer, closes, status, body, never, reason);
    }

    @Override
    public String toString() {
        return source + ": " + what;
    }
}
