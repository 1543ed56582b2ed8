package io.openshell.plugin.sigv4;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * SHA-256, and HMAC with it (RFC 2104), which leaves nothing of a key behind: the platform's {@code Mac} and its keys keep
 * copies that cannot be cleared.
 */
final class Sha256 {

    private static final int BLOCK = 64;
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5c;

    private Sha256() {}

    /** A fresh digest. */
    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("SHA-256: missing (expected: every Java platform has it)", impossible);
        }
    }

    /** The code of a message. The caller clears it if it is a key, and clears its own key. */
    static byte[] hmac(byte[] key, byte[] message) {
        MessageDigest digest = digest();
        byte[] pad = new byte[BLOCK];
        byte[] inner = new byte[0];
        try {
            if (key.length > BLOCK) {
                byte[] shortened = digest.digest(key);
                System.arraycopy(shortened, 0, pad, 0, shortened.length);
                Arrays.fill(shortened, (byte) 0);
            } else {
                System.arraycopy(key, 0, pad, 0, key.length);
            }
            xor(pad, INNER);
            digest.update(pad);
            inner = digest.digest(message);
            xor(pad, (byte) (INNER ^ OUTER));
            digest.update(pad);
            return digest.digest(inner);
        } finally {
            Arrays.fill(pad, (byte) 0);
            Arrays.fill(inner, (byte) 0);
            digest.reset();
        }
    }

    private static void xor(byte[] bytes, byte with) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= with;
        }
    }
}
