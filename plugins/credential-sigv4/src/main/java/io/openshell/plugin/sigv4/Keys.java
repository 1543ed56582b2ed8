package io.openshell.plugin.sigv4;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.openshell.api.credential.Secret;

/** Secrets that become part of a header field, without ever being text. */
final class Keys {

    private Keys() {}

    /**
     * The same secret, sure to be one word.
     *
     * @throws UnsignableException if it is not, so that it would say something else in a field; it is closed then
     */
    static Secret checked(String key, Secret secret) throws UnsignableException {
        boolean[] word = new boolean[1];
        secret.reveal(bytes -> {
            boolean fits = bytes.length > 0;
            for (byte b : bytes) {
                fits &= b > ' ' && b < 0x7f && b != ',';
            }
            word[0] = fits;
        });
        if (!word[0]) {
            secret.close();
            throw new UnsignableException(key + ": not a key of AWS (expected: visible ASCII without a comma)");
        }
        return secret;
    }

    /** A text, the secret, and another text. */
    static Secret between(String before, Secret secret, String after) {
        byte[] joined = new byte[before.length() + secret.length() + after.length()];
        System.arraycopy(before.getBytes(US_ASCII), 0, joined, 0, before.length());
        secret.reveal(bytes -> System.arraycopy(bytes, 0, joined, before.length(), bytes.length));
        System.arraycopy(after.getBytes(US_ASCII), 0, joined, before.length() + secret.length(), after.length());
        return Secret.owning(joined);
    }
}
