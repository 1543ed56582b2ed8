package io.openshell.core.credential;

import io.openshell.api.credential.Secret;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A secret, its name, and where it may be sent. The secret is one line of text in UTF-8, kept as bytes that are
 * overwritten on {@link #close}. Prints without it. Any thread.
 */
public final class Credential implements AutoCloseable {

    /** The longest secret, in bytes. */
    public static final int MAX_BYTES = 8192;

    private final String key;
    private final byte[] value;
    private final List<CredentialBinding> bindings;
    private final @Nullable Instant expiry;
    private boolean closed;

    private Credential(String key, byte[] value, List<CredentialBinding> bindings, @Nullable Instant expiry) {
        this.key = key;
        this.value = value;
        this.bindings = bindings;
        this.expiry = expiry;
    }

    /**
     * A credential that takes over its bytes: the caller keeps no reference, and finds them overwritten if they are
     * refused.
     *
     * @param expiry when it is no longer sent; never if empty
     * @throws IllegalArgumentException if the key is none, there is no binding, or the secret is empty, too long, not
     *     UTF-8, holds a control character, or looks like a placeholder; the message never shows the secret
     */
    public static Credential owning(
            String key, byte[] value, List<CredentialBinding> bindings, Optional<Instant> expiry) {
        try {
            CredentialKey.require(key);
            requireValue(key, value);
            if (bindings.isEmpty()) {
                throw new IllegalArgumentException(
                        key + ": bound to nothing (expected: at least one HOST[:PORT][/PATH-GLOB])");
            }
        } catch (IllegalArgumentException e) {
            Arrays.fill(value, (byte) 0);
            throw e;
        }
        return new Credential(key, value, List.copyOf(bindings), expiry.orElse(null));
    }

    private static void requireValue(String key, byte[] value) {
        if (value.length == 0 || value.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    key + ": a value of " + value.length + " bytes (expected: 1 to " + MAX_BYTES + ")");
        }
        CharBuffer text = CharBuffer.allocate(value.length);
        try {
            CharsetDecoder decoder = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
            if (decoder.decode(ByteBuffer.wrap(value), text, true).isError()) {
                throw new IllegalArgumentException(key + ": a value that is not UTF-8 (expected: one line of text)");
            }
            text.flip();
            for (int i = 0; i < text.length(); i++) {
                if (Character.isISOControl(text.charAt(i))) {
                    throw new IllegalArgumentException(key
                            + ": a value with a control character (expected: one line of text; a file may end with one line"
                            + " break, which is left out)");
                }
            }
            if (Placeholders.occurIn(value)) {
                throw new IllegalArgumentException(
                        key + ": a value with a placeholder in it (expected: the secret itself)");
            }
        } finally {
            Arrays.fill(text.array(), '\0');
        }
    }

    /** Its name. */
    public String key() {
        return key;
    }

    /** Where it may go; never empty. */
    public List<CredentialBinding> bindings() {
        return bindings;
    }

    /** When it is no longer sent; never if empty. */
    public Optional<Instant> expiry() {
        return Optional.ofNullable(expiry);
    }

    /** Whether it is no longer sent. */
    public boolean expired(Instant now) {
        return expiry != null && !now.isBefore(expiry);
    }

    /** How long the secret is, in bytes. */
    public int length() {
        return value.length;
    }

    /** The secret, as a copy that the caller closes; empty once this is closed. */
    public synchronized Optional<Secret> copy() {
        return closed ? Optional.empty() : Optional.of(Secret.owning(value.clone()));
    }

    /** Overwrites the secret; a second time does nothing more. */
    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(value, (byte) 0);
    }

    @Override
    public String toString() {
        return "Credential[" + key + "=[redacted] " + bindings + "]";
    }
}
