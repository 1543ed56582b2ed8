package io.openshell.core.network;

import java.util.Locale;

/** What becomes of a response that holds a credential's secret. Ordered: the later is the stricter. */
public enum CredentialEcho {
    /** It passes; nothing is looked for. */
    ALLOW,
    /** The secret is overwritten, and the rest passes. */
    REDACT,
    /** The response is refused, or cut off if it has begun. */
    BLOCK;

    /** As a policy spells it. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}
