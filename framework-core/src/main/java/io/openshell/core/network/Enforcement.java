package io.openshell.core.network;

/** What becomes of a request that an endpoint's rules deny. */
public enum Enforcement {
    /** It is recorded and passes. */
    AUDIT,
    /** It is refused. */
    ENFORCE
}
