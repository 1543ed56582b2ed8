package io.openshell.plugin.websocket;

/** Why a connection ends: bytes that the protocol, a limit or the policy does not allow. Carries nothing of the bytes. */
final class Violation extends Exception {

    private static final long serialVersionUID = 1;

    /** What is wrong, as events name it. */
    enum Kind {
        UNMASKED_CLIENT_FRAME,
        MASKED_SERVER_FRAME,
        RSV_BITS,
        RESERVED_OPCODE,
        INVALID_LENGTH,
        INVALID_CONTROL_FRAME,
        INVALID_CLOSE_FRAME,
        INVALID_FRAGMENTATION,
        INVALID_UTF8,
        INVALID_COMPRESSION,
        FRAME_AFTER_CLOSE,
        TOO_BIG,
        TOO_MANY_FRAGMENTS,
        TOO_SLOW,
        NO_CAPACITY,
        DENIED
    }

    private final Kind kind;
    private final CloseCode code;

    Violation(Kind kind, CloseCode code, String message) {
        super(message, null, false, false);
        this.kind = kind;
        this.code = code;
    }

    /** One of RFC 6455's own rules is broken: 1002. */
    static Violation protocol(Kind kind, String message) {
        return new Violation(kind, CloseCode.PROTOCOL_ERROR, message);
    }

    Kind kind() {
        return kind;
    }

    CloseCode code() {
        return code;
    }

    /** One line. */
    String reason() {
        return String.valueOf(getMessage());
    }
}
