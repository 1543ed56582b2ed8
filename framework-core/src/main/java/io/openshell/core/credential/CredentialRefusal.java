package io.openshell.core.credential;

/**
 * Why a request with a placeholder must not be sent.
 *
 * @param kind what is wrong
 * @param reason one line for the event: the place, and the key's name where it is one of ours; never a placeholder, a
 *     secret or any other text of the request
 */
public record CredentialRefusal(Kind kind, String reason) {

    /** What is wrong. */
    public enum Kind {
        /** There is no such credential, or it has expired. */
        UNRESOLVED,
        /** It may not go to this host, port and path, or not without TLS. */
        ELSEWHERE,
        /** A placeholder stands where none is replaced. */
        MISPLACED,
        /** The secret cannot stand where the placeholder stands. */
        UNFIT,
        /** The server would send the request back as it came. */
        TRACED,
        /** The request could not be signed. */
        UNSIGNED,
        /** The body cannot be searched for placeholders. */
        UNSEARCHABLE
    }

    /** A placeholder in a body whose endpoint did not opt in. */
    public static CredentialRefusal inBody() {
        return new CredentialRefusal(
                Kind.MISPLACED, "placeholder, in body (expected: none, or request_body_credential_rewrite: true)");
    }

    /** A placeholder in a trailer of a chunked body. */
    public static CredentialRefusal inTrailer() {
        return misplaced("trailer", "a header, a query's value or a path's segment");
    }

    /** A placeholder in a text message whose endpoint did not opt in. */
    public static CredentialRefusal inMessage() {
        return new CredentialRefusal(
                Kind.MISPLACED, "placeholder, in message (expected: none, or websocket_credential_rewrite: true)");
    }

    /** A placeholder that is left in a head that is about to be sent. */
    public static CredentialRefusal inHead() {
        return misplaced("head", "a header, a query's value or a path's segment");
    }

    /** A TRACE that carries a credential. */
    public static CredentialRefusal traced() {
        return new CredentialRefusal(Kind.TRACED, "TRACE with a credential: the server would send it back");
    }

    /**
     * A request that its endpoint's rewriter did not sign.
     *
     * @param why one line without anything secret
     */
    public static CredentialRefusal unsigned(String why) {
        return new CredentialRefusal(Kind.UNSIGNED, "credential_signing: " + why);
    }

    /**
     * A body that might hold a placeholder, and nobody could tell.
     *
     * @param why what keeps it from being searched; nothing of the request's own text
     */
    public static CredentialRefusal unsearchable(String why) {
        return new CredentialRefusal(
                Kind.UNSEARCHABLE,
                "body, not searched for placeholders: " + why
                        + " (expected: gzip or deflate, once, in whole frames if it is aws-chunked; or no Content-Encoding)");
    }

    static CredentialRefusal of(Resolution resolution, String place) {
        return switch (resolution) {
            case Resolution.Unknown unknown ->
                new CredentialRefusal(
                        Kind.UNRESOLVED, "placeholder, in " + place + ": names none of this sandbox's credentials");
            case Resolution.Expired expired ->
                new CredentialRefusal(Kind.UNRESOLVED, "credential " + expired.key() + ", in " + place + ": expired");
            case Resolution.Elsewhere elsewhere ->
                new CredentialRefusal(
                        Kind.ELSEWHERE,
                        "credential " + elsewhere.key() + ", in " + place
                                + ": not bound to this endpoint (expected: one of its own hosts, ports and paths)");
            case Resolution.PlainText plain ->
                new CredentialRefusal(
                        Kind.ELSEWHERE,
                        "credential " + plain.key() + ", in " + place
                                + ": would go without TLS (expected: https, or a binding that names the port)");
            case Resolution.Found found ->
                new CredentialRefusal(
                        Kind.UNRESOLVED,
                        "credential " + found.credential().key() + ", in " + place + ": was taken away");
        };
    }

    static CredentialRefusal malformed(String place) {
        return new CredentialRefusal(
                Kind.UNRESOLVED, "placeholder, in " + place + ": cut short or glued to other characters");
    }

    static CredentialRefusal misplaced(String place, String expected) {
        return new CredentialRefusal(
                Kind.MISPLACED, "placeholder, in " + place + ": none is replaced there (expected: " + expected + ")");
    }

    static CredentialRefusal unfit(String key, String place) {
        return new CredentialRefusal(
                Kind.UNFIT, "credential " + key + ", in " + place + ": its value holds what cannot stand there");
    }
}
