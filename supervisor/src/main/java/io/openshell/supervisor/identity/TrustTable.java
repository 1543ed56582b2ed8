package io.openshell.supervisor.identity;

import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Trust on first use: which content each path had when it was first seen. Lives as long as the sandbox. A path whose
 * content has changed stays refused, for the first content stays what is trusted. Thread-safe.
 */
public final class TrustTable {

    /** More executables than this in one sandbox are refused: the agent could make new ones for ever. */
    static final int MAX_PATHS = 65_536;

    /**
     * A file that changed this shortly before it was read may change once more within the same tick of the file system's
     * clock, and have the same fingerprint: it is read again at the next use.
     */
    private static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ConcurrentHashMap<String, Trusted> table = new ConcurrentHashMap<>();
    /** Differs from that of any file, so that a file is read again before it is trusted again. */
    private static final Fingerprint NOT_SEEN_BY_US = new Fingerprint(0, 0, -1, 0, 0);

    private final Object adding = new Object();
    private final InstantSource clock;
    private final boolean open;
    private final TrustKeeping keeping;

    private TrustTable(InstantSource clock, Map<String, String> hashes, boolean open, TrustKeeping keeping) {
        this.clock = clock;
        this.open = open;
        this.keeping = keeping;
        hashes.forEach((path, hash) -> table.put(path, new Trusted(hash, NOT_SEEN_BY_US, false)));
    }

    /** An empty one. */
    public static TrustTable empty(InstantSource clock, TrustKeeping keeping) {
        return new TrustTable(clock, Map.of(), true, keeping);
    }

    /**
     * What another supervisor has seen. Each executable is read again at its next use.
     *
     * @param hashes SHA-256, in hexadecimal, by path
     * @param complete whether these are all; if not, a path that is not among them may have had another content before, and
     *     is refused
     */
    public static TrustTable restored(
            InstantSource clock, Map<String, String> hashes, boolean complete, TrustKeeping keeping) {
        return new TrustTable(clock, hashes, complete, keeping);
    }

    /** What was seen first, by path: SHA-256, in hexadecimal. */
    public Map<String, String> hashes() {
        synchronized (adding) {
            Map<String, String> hashes = new HashMap<>();
            table.forEach((path, trusted) -> hashes.put(path, trusted.hash));
            return hashes;
        }
    }

    /** Whether a path that is not in the table was never seen. */
    public boolean isComplete() {
        return open;
    }

    /** Waits until everything that is trusted now is kept for a supervisor that comes back. */
    void awaitKept() throws IntegrityException, InterruptedException {
        try {
            keeping.awaitKept();
        } catch (IOException e) {
            throw IntegrityException.unkept(String.valueOf(e.getMessage()));
        }
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
        if (!table.containsKey(path)) {
            addFirst(path, read);
        }
        Trusted now = table.merge(path, read, (first, again) -> first.hash.equals(again.hash) ? again : first);
        if (!now.hash.equals(hash)) {
            throw IntegrityException.violation(path, now.hash, hash);
        }
    }

    /** Told to be kept before anybody sees it, and seen by whoever keeps it: {@link #hashes()} waits. */
    private void addFirst(String path, Trusted read) throws IntegrityException {
        synchronized (adding) {
            if (table.containsKey(path)) {
                return;
            }
            if (!open) {
                throw IntegrityException.unreadable(
                        path, "whether it was seen before the supervisor came back is not known");
            }
            if (table.size() >= MAX_PATHS) {
                throw IntegrityException.unreadable(path, "more than " + MAX_PATHS + " executables were seen");
            }
            keeping.added();
            table.put(path, read);
        }
    }

    private boolean isSettled(Fingerprint fingerprint) {
        long now = TimeUnit.MILLISECONDS.toNanos(clock.millis());
        return fingerprint.changedNanos() < now - SETTLED_NANOS;
    }

    private record Trusted(String hash, Fingerprint fingerprint, boolean settled) {}
}
