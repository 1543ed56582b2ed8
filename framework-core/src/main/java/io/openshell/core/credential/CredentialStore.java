package io.openshell.core.credential;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A sandbox's credentials: the newest revision, and those before it that running processes may still have
 * placeholders of. What falls out of the store is overwritten. Any thread.
 */
public final class CredentialStore implements AutoCloseable {

    /** How many revisions are kept, the newest included. */
    public static final int REVISIONS = 8;

    private final InstantSource clock;

    /** The newest first; empty before the first revision and after the end. */
    private volatile List<Revision> revisions = List.of();

    private long last;

    /**
     * A store without credentials so far.
     *
     * @param clock says when a credential has expired
     */
    public CredentialStore(InstantSource clock) {
        this.clock = clock;
    }

    /** A store without credentials: no placeholder can be resolved. */
    public static CredentialStore empty() {
        return new CredentialStore(InstantSource.system());
    }

    /** A store with these credentials as its first revision. */
    public static CredentialStore of(Credentials credentials) {
        CredentialStore store = empty();
        store.replace(credentials);
        return store;
    }

    /**
     * Puts a revision in force, at once for placeholders without revision. It may share credentials with those before.
     *
     * @return its number, from 1
     */
    public synchronized long replace(Credentials next) {
        List<Revision> before = revisions;
        List<Revision> kept = new ArrayList<>(REVISIONS);
        kept.add(new Revision(++last, next));
        kept.addAll(before.subList(0, Math.min(before.size(), REVISIONS - 1)));
        revisions = List.copyOf(kept);
        if (before.size() == REVISIONS) {
            clear(before.getLast().credentials(), kept);
        }
        return last;
    }

    /** The newest revision; it has none before the first and after the end. */
    public Credentials newest() {
        List<Revision> all = revisions;
        return all.isEmpty() ? Credentials.NONE : all.getFirst().credentials();
    }

    /** The number of the newest revision; 0 before the first and after the end. */
    public long revision() {
        List<Revision> all = revisions;
        return all.isEmpty() ? 0 : all.getFirst().number();
    }

    /** Whether no revision that is kept has a credential. */
    public boolean isEmpty() {
        List<Revision> all = revisions;
        for (int i = 0; i < all.size(); i++) {
            if (!all.get(i).credentials().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /**
     * What may go to a destination, as of now: a later revision does not change the result.
     *
     * @param host in canonical form
     */
    public BoundCredentials boundTo(String host, int port) {
        return new BoundCredentials(revisions, host, port, clock);
    }

    /** The environment of a process that starts now: each key of the newest revision that has not expired, with its placeholder. */
    public Map<String, String> placeholders() {
        List<Revision> all = revisions;
        Map<String, String> environment = new TreeMap<>();
        if (!all.isEmpty()) {
            Instant now = clock.instant();
            all.getFirst().credentials().all().stream()
                    .filter(credential -> !credential.expired(now))
                    .forEach(credential -> environment.put(
                            credential.key(),
                            Placeholders.of(credential.key(), all.getFirst().number())));
        }
        return environment;
    }

    /** Overwrites every secret and forgets all revisions. */
    @Override
    public synchronized void close() {
        List<Revision> all = revisions;
        revisions = List.of();
        all.forEach(revision -> clear(revision.credentials(), List.of()));
    }

    private static void clear(Credentials dropped, List<Revision> kept) {
        Set<Credential> inUse = Collections.newSetFromMap(new IdentityHashMap<>());
        kept.forEach(revision -> inUse.addAll(revision.credentials().all()));
        dropped.all().stream().filter(credential -> !inUse.contains(credential)).forEach(Credential::close);
    }

    @Override
    public String toString() {
        return "CredentialStore" + revisions;
    }
}
