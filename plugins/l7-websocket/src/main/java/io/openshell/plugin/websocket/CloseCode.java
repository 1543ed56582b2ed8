package io.openshell.plugin.websocket;

/** The codes of close frames that are sent from here (RFC 6455 section 7.4.1, and its registry). */
enum CloseCode {
    PROTOCOL_ERROR(1002),
    INVALID_PAYLOAD(1007),
    POLICY_VIOLATION(1008),
    MESSAGE_TOO_BIG(1009),
    SERVICE_RESTART(1012),
    TRY_AGAIN_LATER(1013);

    private final int code;

    CloseCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Whether a peer may send this code: 1005, 1006 and 1015 are never on the wire, 1004 and what is unassigned has no meaning. */
    static boolean sendable(int code) {
        return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) || (code >= 3000 && code <= 4999);
    }
}
