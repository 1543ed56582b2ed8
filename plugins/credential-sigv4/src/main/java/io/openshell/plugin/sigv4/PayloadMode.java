package io.openshell.plugin.sigv4;

/** Which bodies a policy wants signed. */
enum PayloadMode {
    /** All that the client did not send as unsigned. */
    AUTO,
    /** All. */
    BODY,
    /** None. */
    NO_BODY
}
