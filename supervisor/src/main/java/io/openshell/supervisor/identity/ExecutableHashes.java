package io.openshell.supervisor.identity;

import io.openshell.supervisor.libc.NativeDescriptor;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Hashes executables through descriptors, a few at a time: it is the processor's work (a tenth of a second for 100
 * MiB). One for all sandboxes of a supervisor. Thread-safe.
 */
public final class ExecutableHashes {

    private static final int BUFFER = 256 * 1024;
    private static final int CACHED = 4096;

    private final Semaphore running =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
    private final Map<Fingerprint, String> cache = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Fingerprint, String> eldest) {
            return size() > CACHED;
        }
    };

    /** The hash of a file that has been read before and has not changed since; {@code null} if it must be read. */
    @Nullable
    String known(Fingerprint fingerprint) {
        synchronized (cache) {
            return cache.get(fingerprint);
        }
    }

    /** Notes the hash of a file that cannot change any more without changing its fingerprint. */
    void remember(Fingerprint fingerprint, String hash) {
        synchronized (cache) {
            cache.put(fingerprint, hash);
        }
    }

    /**
     * Reads the whole file.
     *
     * @return SHA-256, in hexadecimal
     */
    String read(NativeDescriptor file) throws IOException, InterruptedException {
        running.acquire();
        try {
            MessageDigest digest = sha256();
            byte[] buffer = new byte[BUFFER];
            long at = 0;
            int count = file.readAt(buffer, at);
            while (count > 0) {
                digest.update(buffer, 0, count);
                at += count;
                count = file.readAt(buffer, at);
            }
            return HexFormat.of().formatHex(digest.digest());
        } finally {
            running.release();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
