package io.openshell.plugin.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks that bytes are UTF-8 (RFC 3629), in any division: no overlong forms, no surrogates, nothing above U+10FFFF. Fails at
 * the first byte that cannot be right.
 */
final class Utf8Check {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;

    private int missing;
    private int lowest = 0x80;
    private int highest = 0xBF;

    /** Whether these bytes, after all before them, can be UTF-8. */
    boolean accepts(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            if (missing == 0) {
                i = skipAscii(bytes, i, to);
                if (i < to && !begin(bytes[i++] & 0xFF)) {
                    return false;
                }
            } else if (!follow(bytes[i++] & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    /** Whether no character is incomplete. */
    boolean complete() {
        return missing == 0;
    }

    /** Begins a new text. */
    void reset() {
        missing = 0;
        lowest = 0x80;
        highest = 0xBF;
    }

    private static int skipAscii(byte[] bytes, int from, int to) {
        int i = from;
        while (i + Long.BYTES <= to && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
            i += Long.BYTES;
        }
        while (i < to && bytes[i] >= 0) {
            i++;
        }
        return i;
    }

    /** The first byte of a character that is not ASCII. */
    private boolean begin(int b) {
        if (b < 0xC2 || b > 0xF4) {
            return false;
        }
        missing = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
        lowest = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
        highest = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
        return true;
    }

    private boolean follow(int b) {
        if (b < lowest || b > highest) {
            return false;
        }
        lowest = 0x80;
        highest = 0xBF;
        missing--;
        return true;
    }
}
