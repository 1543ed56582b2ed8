package io.openshell.plugin.websocket;

/** Bounds of what a client may send. What is beyond them ends the connection. Sizes are bytes. */
final class WebsocketLimits {

    /** A text message, as it is sent and as it is once inflated; beyond it: close code 1009. */
    static final int TEXT_BYTES = 1 << 20;

    /** A binary message, all its frames together; beyond it: 1009. Binary messages are not buffered. */
    static final long BINARY_BYTES = 16L << 20;

    /** Frames of one message; beyond it: 1008. */
    static final int FRAGMENTS = 4096;

    /** Text under way, of all connections together; beyond it: 1013. */
    static final long ASSEMBLY_BYTES = 32L << 20;

    /** Nanoseconds that a text message may take from its first frame to its last byte; beyond it: 1008. */
    static final long ASSEMBLY_NANOS = 120_000_000_000L;

    /** Nanoseconds without a byte of a text message that has begun; beyond it: 1008. */
    static final long ASSEMBLY_IDLE_NANOS = 30_000_000_000L;

    /** The payload of a control frame (RFC 6455 section 5.5); beyond it: 1002. */
    static final int CONTROL_BYTES = 125;

    private WebsocketLimits() {}
}
