package io.openshell.core.credential;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What must be known of a body that is signed, found out while it arrives: a long one that is gone through at once would
 * hold up everybody whom the thread serves. Keeps none of it. For one thread.
 */
public final class ArrivingBody {

    private final MessageDigest digest;
    private final MarkerScan scan = new MarkerScan();
    private boolean marked;
    private @Nullable String hash;

    /** A body of which nothing has arrived. */
    public ArrivingBody() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("SHA-256: missing (expected: every Java platform has it)", impossible);
        }
    }

    /**
     * Takes the next bytes.
     *
     * @param piece left as it is
     * @throws IllegalStateException after the hash was asked for
     */
    public void take(ByteBuffer piece) {
        if (hash != null) {
            throw new IllegalStateException("body: over (expected: no byte after its hash)");
        }
        digest.update(piece.duplicate());
        for (int i = piece.position(); i < piece.limit() && !marked; i++) {
            marked = scan.take(piece.get(i));
        }
    }

    /** Whether a placeholder's marker, as it is or encoded, was in what arrived. */
    public boolean marked() {
        return marked;
    }

    /** The SHA-256 of what arrived, in lower-case hexadecimal. Ends the body. */
    public String sha256() {
        String known = hash;
        if (known == null) {
            known = HexFormat.of().formatHex(digest.digest());
            hash = known;
        }
        return known;
    }
}
