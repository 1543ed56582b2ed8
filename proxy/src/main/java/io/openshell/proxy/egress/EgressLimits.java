package io.openshell.proxy.egress;

/** Bounds of the way out. */
public final class EgressLimits {

    /** How long one address may take to accept a connection, in milliseconds. */
    public static final int CONNECT_MILLIS = 10_000;

    /** How long a name may take to resolve, in milliseconds. */
    public static final long RESOLVE_MILLIS = 15_000;

    /** How many of a name's addresses are tried. */
    public static final int ADDRESSES_TRIED = 4;

    /** How long an idle connection waits for another request, in milliseconds. Below what servers usually allow. */
    public static final long POOL_IDLE_MILLIS = 30_000;

    /** Idle connections kept for one sandbox and destination, on each event loop. */
    public static final int POOL_PER_KEY = 8;

    /** Idle connections kept in all, on each event loop. */
    public static final int POOL_TOTAL = 256;

    private EgressLimits() {}
}
