package io.openshell.proxy.http;

/** What a message that is written says of its connection. */
public enum ConnectionField {
    /** Nothing: in HTTP/1.1 the connection stays. */
    KEEP_ALIVE,
    /** {@code Connection: close}. */
    CLOSE,
    /** {@code Connection: Upgrade}, and the message's Upgrade fields go along. */
    UPGRADE
}
