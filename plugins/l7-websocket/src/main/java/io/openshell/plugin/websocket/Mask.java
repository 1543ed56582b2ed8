package io.openshell.plugin.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Masking (RFC 6455 section 5.3), which is also unmasking. */
final class Mask {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Mask() {}

    /**
     * Masks bytes in place.
     *
     * @param key the first of its bytes is the highest
     * @param offset how many bytes of the payload come before these
     */
    static void apply(byte[] bytes, int from, int to, int key, long offset) {
        int turned = Integer.rotateLeft(key, (int) (offset & 3) * 8);
        long wide = (long) turned << 32 | (turned & 0xFFFFFFFFL);
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            LONGS.set(bytes, i, (long) LONGS.get(bytes, i) ^ wide);
        }
        for (; i < to; i++) {
            bytes[i] ^= (byte) (turned >>> 24);
            turned = Integer.rotateLeft(turned, 8);
        }
    }
}
