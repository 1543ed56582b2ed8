package io.openshell.api.credential;

import java.util.Arrays;
import java.util.function.Consumer;

/** Bytes that must not be seen. Prints as redacted; cleared when closed. Not thread-safe. */
public final class Secret implements AutoCloseable {

    private final byte[] bytes;
    private boolean closed;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes over {@code bytes}; the caller keeps no reference. */
    public static Secret owning(byte[] bytes) {
        return new Secret(bytes);
    }

    /**
     * Shows the bytes to {@code reader} for the length of the call.
     *
     * @throws IllegalStateException after {@link #close}, for zeros are no secret
     */
    public void reveal(Consumer<byte[]> reader) {
        if (closed) {
            throw new IllegalStateException("secret: closed (expected: one that is still open)");
        }
        reader.accept(bytes);
    }

    /** The number of bytes. */
    public int length() {
        return bytes.length;
    }

    /** Overwrites the bytes; a second time does nothing more. */
    @Override
    public void close() {
        closed = true;
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "[redacted]";
    }
}
