package io.openshell.cli;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What a command with a sandbox needs in any case and what takes long the first time, done beside the prelude: the first digest
 * loads the JDK's providers, which takes as long as reading a policy. Knows nothing of the command line or the environment.
 */
final class Preloading {

    private Preloading() {}

    static void begin() {
        Thread.ofPlatform().daemon().name("preloading").start(Preloading::run);
    }

    private static void run() {
        try {
            MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
