package io.openshell.core.credential;

/**
 * Why a request with a placeholder must not be sent.
 *
 * @param kind what is wrong
 * @param reason one line for the event: the place, and the key's name where there is one; never a placeholder, a secret
 *     or any other text of the request
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
        UNFIT
    }

    private static final int SHOWN = 64;

    static CredentialRefusal of(Resolution resolution, String name, String place) {
        return switch (resolution) {
            case Resolution.Unknown unknown ->
                new CredentialRefusal(
                        Kind.UNRESOLVED,
                        "credential " + shown(name) + ", in " + place + ": not one of this sandbox's credentials");
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

    /** A name that is none of ours is the agent's text: letters, digits and '_' by its form, and short here. */
    private static String shown(String name) {
        return name.length() <= SHOWN ? name : name.substring(0, SHOWN) + "...";
    }
}
