package io.openshell.supervisor.identity;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Trust on first use: which content each path had when it was first seen. Lives as long as the sandbox. A path whose
 * content has changed stays refused, for the first content stays what is trusted. Thread-safe.
 */
final class TrustTable {

    /** More executables than this in one sandbox are refused: the agent could make new ones for ever. */
    static final int MAX_PATHS = 65_536;

    /**
     * A file that changed this shortly before it was read may change once more within the same tick of the file system's
     * clock, and have the same fingerprint: it is read again at the next use.
     */
    private static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ConcurrentHashMap<String, Trusted> table = new ConcurrentHashMap<>();
    private final InstantSource clock;

    TrustTable(InstantSource clock) {
        this.clock = clock;
    }

    /** The hash of a path whose file has not changed since it was last read; empty if it must be read. */
    Optional<String> unchanged(String path, Fingerprint fingerprint) {
        Trusted trusted = table.get(path);
        return trusted != null && trusted.settled && trusted.fingerprint.equals(fingerprint)
                ? Optional.of(trusted.hash)
                : Optional.empty();
    }

    /**
     * Takes what was read: the first content of a path is trusted, the same content again is the same file.
     *
     * @param hash SHA-256, in hexadecimal
     * @throws IntegrityException if the path had another content before, or there are too many paths
     */
    void admit(String path, Fingerprint fingerprint, String hash) throws IntegrityException {
        Trusted read = new Trusted(hash, fingerprint, isSettled(fingerprint));
        if (table.size() >= MAX_PATHS && !table.containsKey(path)) {
            throw IntegrityException.unreadable(path, "more than " + MAX_PATHS + " executables were seen");
        }
        Trusted now = table.merge(path, read, (first, again) -> first.hash.equals(again.hash) ? again : first);
        if (!now.hash.equals(hash)) {
            throw IntegrityException.violation(path, now.hash, hash);
        }
    }

    private boolean isSettled(Fingerprint fingerprint) {
        long now = TimeUnit.MILLISECONDS.toNanos(clock.millis());
        return fingerprint.changedNanos() < now - SETTLED_NANOS;
    }

    private record Trusted(String hash, Fingerprint fingerprint, boolean settled) {}
}
