package io.openshell.proxy.tls;

import java.time.Duration;

/** Bounds of the TLS sides. */
public final class TlsLimits {

    /** Certificates that one sandbox keeps; the least recently used goes first. */
    public static final int LEAF_CACHE_ENTRIES = 256;

    /** The longest ClientHello that is read, in bytes. Real ones are below 2 KiB, with post-quantum shares below 4. */
    public static final int CLIENT_HELLO_BYTES = 16 * 1024;

    /** How long either side may take for its handshake, in milliseconds. */
    public static final long HANDSHAKE_MILLIS = 10_000;

    /** How long a close_notify may take to be written before the connection is closed without it. */
    public static final long CLOSE_NOTIFY_MILLIS = 1_000;

    /** How far a client's clock may be behind ours. */
    static final Duration CLOCK_SKEW = Duration.ofHours(24);

    /** How long a sandbox's authority is valid. */
    static final Duration AUTHORITY_VALIDITY = Duration.ofDays(365);

    /** How long a leaf is valid. Clients refuse more than 398 days. */
    static final Duration LEAF_VALIDITY = Duration.ofDays(30);

    /** After this a cached leaf is minted anew, well before it expires. */
    static final Duration LEAF_REUSE = Duration.ofDays(7);

    private TlsLimits() {}
}
