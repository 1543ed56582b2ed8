package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.openshell.proxy.http.ProxyLimits;
import java.nio.charset.StandardCharsets;

/** What a tunnel's first bytes look like. */
enum Greeting {
    /** Could still become TLS: the beginning of a handshake record. */
    MAYBE_TLS,
    /** A TLS handshake record. */
    TLS,
    /** Could still become HTTP/1: the beginning of a method. */
    MAYBE_HTTP,
    /** HTTP/1: a method and a space. */
    HTTP,
    /** HTTP/2 with prior knowledge. */
    HTTP2,
    /** Nothing that is known here. */
    OTHER;

    private static final byte TLS_HANDSHAKE = 0x16;
    private static final byte TLS_MAJOR = 0x03;
    private static final byte TLS_MINOR_MAX = 0x04;
    private static final int TLS_BYTES = 3;

    private static final byte[][] METHODS = {
        ascii("GET "),
        ascii("HEAD "),
        ascii("POST "),
        ascii("PUT "),
        ascii("DELETE "),
        ascii("PATCH "),
        ascii("OPTIONS "),
        ascii("CONNECT "),
        ascii("TRACE ")
    };
    private static final byte[] HTTP2_PREFACE = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    static {
        if (HTTP2_PREFACE.length != ProxyLimits.PROTOCOL_PEEK) {
            throw new AssertionError("PROTOCOL_PEEK is not the length of the HTTP/2 preface");
        }
    }

    /** Looks at the first bytes, at least one, without taking them. */
    static Greeting of(ByteBuf bytes) {
        int length = bytes.readableBytes();
        int at = bytes.readerIndex();
        if (bytes.getByte(at) == TLS_HANDSHAKE) {
            if (length > 1 && bytes.getByte(at + 1) != TLS_MAJOR) {
                return OTHER;
            }
            if (length < TLS_BYTES) {
                return MAYBE_TLS;
            }
            return bytes.getByte(at + 2) >= 0 && bytes.getByte(at + 2) <= TLS_MINOR_MAX ? TLS : OTHER;
        }
        for (byte[] method : METHODS) {
            if (agrees(bytes, method)) {
                return length >= method.length ? HTTP : MAYBE_HTTP;
            }
        }
        if (agrees(bytes, HTTP2_PREFACE)) {
            return length >= HTTP2_PREFACE.length ? HTTP2 : MAYBE_HTTP;
        }
        return OTHER;
    }

    private static boolean agrees(ByteBuf bytes, byte[] expected) {
        int compared = Math.min(bytes.readableBytes(), expected.length);
        for (int i = 0; i < compared; i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
