package io.openshell.supervisor.control;

import java.util.Arrays;

/** Bytes that hold a key among others: overwritten when nobody needs them any more, and never printed. */
public final class SecretBytes implements AutoCloseable {

    private final byte[] bytes;

    /** @param bytes this object's from now on */
    SecretBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The bytes themselves, no copy. */
    byte[] bytes() {
        return bytes;
    }

    /** Overwrites them. */
    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretBytes secret && Arrays.equals(bytes, secret.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.length;
    }

    @Override
    public String toString() {
        return bytes.length + " bytes, redacted";
    }
}
