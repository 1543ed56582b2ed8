package io.openshell.core.credential;

/** What a placeholder's name comes to, for one request. */
sealed interface Resolution {

    /** A credential that may go there. */
    record Found(Credential credential) implements Resolution {}

    /** There is no credential of that name, or it was taken away. */
    record Unknown() implements Resolution {}

    /** It is no longer sent. */
    record Expired(String key) implements Resolution {}

    /** It may be sent, but not there. */
    record Elsewhere(String key) implements Resolution {}

    /** It may be sent there, but not without TLS. */
    record PlainText(String key) implements Resolution {}

    Resolution UNKNOWN = new Unknown();
}
