package io.openshell.api.inspect;

/**
 * Takes a stream inspector's verdicts, records them, and says what the endpoint's enforcement makes of them. To be
 * used only within calls of that stream inspector.
 */
public interface Judge {

    /**
     * Records a verdict and says whether its subject may pass: an allowed one may; a denied one only in audit; an
     * unreadable one, and a {@code null}, never.
     *
     * @param subject what was judged, in one short line for the event, as in {@code GET}; never an argument
     *     or a payload
     */
    boolean admits(String subject, Verdict verdict);

    /**
     * Puts credentials where a text message that was admitted has placeholders, for endpoints that opted in
     * ({@code websocket_credential_rewrite}). To be called last, with the message that is about to be framed for the
     * upstream.
     */
    default TextRewrite rewriteText(String message) {
        return new TextRewrite.Unchanged();
    }
}
