package io.openshell.core.credential;

/** The limits of putting credentials into requests. */
public final class CredentialLimits {

    /** The longest body that is rewritten, or looked at as a whole before any of the request is sent, in bytes. */
    public static final int BODY_BYTES = 262_144;

    private CredentialLimits() {}
}
