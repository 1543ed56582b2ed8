package io.openshell.core.credential;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What stands for a secret in what an agent sends. */
public final class Placeholders {

    /** In front of a key, with or without its revision. */
    static final String CANONICAL = "openshell:resolve:env:";

    /** The same in letters that fit into a token, behind a prefix of the agent's choice. */
    static final String ALIAS = "OPENSHELL-RESOLVE-ENV-";

    private Placeholders() {}

    /** The placeholder of a key's value at a revision. */
    static String of(String key, long revision) {
        return CANONICAL + "v" + revision + "_" + key;
    }

    /** Whether a text has a placeholder of either form, known or not. */
    public static boolean occurIn(String text) {
        return text.contains(CANONICAL) || text.contains(ALIAS);
    }

    /** The same for bytes. */
    static boolean occurIn(byte[] bytes) {
        return contains(bytes, CANONICAL.getBytes(StandardCharsets.US_ASCII))
                || contains(bytes, ALIAS.getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean contains(byte[] bytes, byte[] marker) {
        for (int i = 0; i + marker.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + marker.length, marker, 0, marker.length)) {
                return true;
            }
        }
        return false;
    }
}
