package io.openshell.cli;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Names for sandboxes that nobody named. */
final class MadeUpName {

    private static final int BYTES = 4;

    private MadeUpName() {}

    static String next() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return "sandbox-" + HexFormat.of().formatHex(random);
    }
}
