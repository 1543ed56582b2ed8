package io.openshell.proxy.relay;

/** Bounds of a connection's life. Times are milliseconds. */
public final class RelayLimits {

    /** From the connection's start to the end of its first head. */
    public static final long FIRST_HEAD_MILLIS = 10_000;

    /** From a request's first byte to the end of its head, and from the 200 of CONNECT to the first byte where the
     * proxy must know what the tunnel carries. */
    public static final long REQUEST_HEAD_MILLIS = 30_000;

    /** For identity, names and dialling together, before the answer to the first head. */
    public static final long AUTHORISE_MILLIS = 60_000;

    /** For a body that an inspector must see whole. */
    public static final long INSPECTED_BODY_MILLIS = 60_000;

    /** Between two requests. */
    public static final long IDLE_TUNNEL_MILLIS = 300_000;

    /** How long an idle tunnel keeps an upstream connection to itself. */
    public static final long HELD_UPSTREAM_MILLIS = 2_000;

    /** Without a byte in either direction while something is under way. Long, for answers that take their time. */
    public static final long SILENT_RELAY_MILLIS = 3_600_000;

    /** After one side has ended, without a byte from the other. */
    public static final long HALF_CLOSED_MILLIS = 60_000;

    /** For the client to take a last answer that is larger than the buffers between. */
    public static final long LAST_WORDS_MILLIS = 300_000;

    /** After a last answer, for the client to read it and close. */
    public static final long LINGER_MILLIS = 2_000;

    /** What a client may still send after a last answer, in bytes. */
    public static final long LINGER_BYTES = 1 << 20;

    /** How often time-outs and the policy's generation are looked at. */
    public static final long TICK_MILLIS = 500;

    /** Connections of one sandbox at a time. */
    public static final int CONNECTIONS_PER_SANDBOX = 4096;

    /** Destinations of one sandbox for which what is looked for in answers is kept compiled. */
    public static final int GUARDED_DESTINATIONS = 64;

    /** Destinations of one sandbox that are remembered to have no credentials. */
    public static final int UNGUARDED_DESTINATIONS = 4096;

    /** Bytes of a client that are kept while its present request is under way; then reading stops. */
    public static final int PIPELINED_BYTES = 16 * 1024;

    /** Bytes written but not yet taken by the peer, above which the other side is no longer read. */
    public static final int WRITE_HIGH_WATER = 64 * 1024;

    /** Below this, reading goes on. */
    public static final int WRITE_LOW_WATER = 32 * 1024;

    private RelayLimits() {}
}
