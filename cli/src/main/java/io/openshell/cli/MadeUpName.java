package io.openshell.cli;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Names for sandboxes that nobody named: no secrets, only rarely the same. */
final class MadeUpName {

    private MadeUpName() {}

    static String next() {
        return "sandbox-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }
}
