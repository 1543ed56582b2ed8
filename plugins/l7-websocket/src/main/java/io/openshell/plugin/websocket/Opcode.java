package io.openshell.plugin.websocket;

import org.jspecify.annotations.Nullable;

/** What a frame is (RFC 6455 section 5.2). */
enum Opcode {
    CONTINUATION(0x0),
    TEXT(0x1),
    BINARY(0x2),
    CLOSE(0x8),
    PING(0x9),
    PONG(0xA);

    private final int code;

    Opcode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Whether it may come between the frames of a message. */
    boolean control() {
        return code >= 0x8;
    }

    /** The opcode of this number, or {@code null} for one that is reserved. */
    static @Nullable Opcode of(int code) {
        return switch (code) {
            case 0x0 -> CONTINUATION;
            case 0x1 -> TEXT;
            case 0x2 -> BINARY;
            case 0x8 -> CLOSE;
            case 0x9 -> PING;
            case 0xA -> PONG;
            default -> null;
        };
    }
}
