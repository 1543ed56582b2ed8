package io.openshell.core.echo;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * One secret in one form. Prints without its bytes, and keeps them covered once it is {@link #cover covered}: whoever looks
 * through the process's memory finds secrets in the vault alone.
 */
final class EchoPattern {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] bytes;
    private final byte[] pad;
    private final String key;
    private final EchoForm form;

    /** Takes over {@code bytes}. */
    EchoPattern(byte[] bytes, String key, EchoForm form) {
        this.bytes = bytes;
        this.pad = new byte[bytes.length];
        this.key = key;
        this.form = form;
    }

    int length() {
        return bytes.length;
    }

    /** The byte at a place. */
    byte at(int index) {
        return (byte) (bytes[index] ^ pad[index]);
    }

    /** Covers the bytes with random ones. Once, before the pattern is shared. */
    void cover() {
        RANDOM.nextBytes(pad);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= pad[i];
        }
    }

    /** Overwrites the bytes. */
    void wipe() {
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(pad, (byte) 0);
    }

    String key() {
        return key;
    }

    EchoForm form() {
        return form;
    }

    /** Whether the pattern stands at a place; false if the text is too short. */
    boolean standsAt(byte[] text, int at, int to) {
        return at + bytes.length <= to && agrees(text, at, bytes.length);
    }

    /** Whether the text ends there with a beginning of the pattern, which is longer. */
    boolean beginsAt(byte[] text, int at, int to) {
        return at + bytes.length > to && agrees(text, at, to - at);
    }

    private boolean agrees(byte[] text, int at, int length) {
        for (int i = 0; i < length; i++) {
            if (text[at + i] != at(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "EchoPattern[" + key + ", " + form + "]";
    }
}
