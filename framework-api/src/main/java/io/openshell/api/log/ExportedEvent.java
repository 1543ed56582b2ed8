package io.openshell.api.log;

import java.time.Instant;

/** One security event. Holds no secret, placeholder, body or query string. */
public interface ExportedEvent {

    /** When it happened. */
    Instant time();

    /** The OCSF class, as in 4001 for network activity. */
    int classUid();

    /** The OCSF severity, 1 (informational) to 6 (fatal). */
    int severity();

    /** The event as one line of OCSF JSON, without a line end. */
    String json();

    /** The event as one line of the short notation, without a line end. */
    String shorthand();
}
