package io.openshell.core.credential;

import io.openshell.api.credential.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow and may be secret: what is outgrown is overwritten. Not thread-safe. */
final class SecretBuffer implements AutoCloseable {

    private byte[] bytes;
    private int length;

    SecretBuffer(int expected) {
        bytes = new byte[Math.max(16, expected)];
    }

    void add(int octet) {
        if (length == bytes.length) {
            byte[] outgrown = bytes;
            bytes = Arrays.copyOf(outgrown, Math.multiplyExact(outgrown.length, 2));
            Arrays.fill(outgrown, (byte) 0);
        }
        bytes[length++] = (byte) octet;
    }

    /** Adds a stretch of a text that is not secret, in UTF-8. */
    void add(String text, int from, int to) {
        for (byte octet : text.substring(from, to).getBytes(StandardCharsets.UTF_8)) {
            add(octet);
        }
    }

    void add(byte[] secret) {
        for (byte octet : secret) {
            add(octet);
        }
    }

    /** The bytes so far: shared, and not the array's end. */
    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Hands the bytes over, and is empty. */
    Secret take() {
        byte[] exact = Arrays.copyOf(bytes, length);
        close();
        return Secret.owning(exact);
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
        length = 0;
    }

    @Override
    public String toString() {
        return "[redacted]";
    }
}
