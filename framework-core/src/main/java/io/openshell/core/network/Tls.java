package io.openshell.core.network;

/** What becomes of TLS on an endpoint. */
public enum Tls {
    /** Detected and terminated. */
    AUTO,
    /** Neither detected nor terminated: the bytes pass unread. */
    SKIP
}
