package io.openshell.core.credential;

import io.openshell.api.credential.Secret;
import io.openshell.api.credential.Vault;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A sandbox's credentials as seen by requests to one host and port. Immutable; any thread. */
public final class BoundCredentials {

    private static final Pattern REVISIONED = Pattern.compile("v([1-9][0-9]{0,17})_(.+)");

    private final List<Revision> revisions;
    private final String host;
    private final int port;
    private final InstantSource clock;

    BoundCredentials(List<Revision> revisions, String host, int port, InstantSource clock) {
        this.revisions = revisions;
        this.host = host;
        this.port = port;
        this.clock = clock;
    }

    /**
     * A secret that may go to the destination, with its name.
     *
     * @param value a copy, which is closed with this
     */
    public record BoundSecret(String key, Secret value) implements AutoCloseable {
        @Override
        public void close() {
            value.close();
        }
    }

    /** Copies of all secrets that may go to the destination by some path, of every revision that is kept. The caller closes them. */
    public List<BoundSecret> secrets() {
        Set<Credential> bound = Collections.newSetFromMap(new IdentityHashMap<>());
        revisions.forEach(revision ->
                revision.credentials().all().stream().filter(this::reaches).forEach(bound::add));
        List<BoundSecret> secrets = new ArrayList<>();
        bound.forEach(credential ->
                credential.copy().ifPresent(copy -> secrets.add(new BoundSecret(credential.key(), copy))));
        return secrets;
    }

    /**
     * The newest secret of a key, as a copy that the caller closes.
     *
     * @param path the request's canonical path
     * @param tls whether it goes over TLS
     * @return empty if there is none, it is not bound there, or it has expired
     */
    public Optional<Secret> resolve(String key, String path, boolean tls) {
        return CredentialKey.isValid(key) && find(key, path, tls) instanceof Resolution.Found found
                ? found.credential().copy()
                : Optional.empty();
    }

    /**
     * Rewrites a request.
     *
     * @param path its canonical path, without query
     * @param tls whether it goes over TLS
     */
    public RequestCredentials forRequest(String path, boolean tls) {
        return new RequestCredentials(this, path, tls);
    }

    /** What a rewriter gets for one request. */
    public Vault vault(String path, boolean tls) {
        return key -> resolve(key, path, tls);
    }

    /** Whether a placeholder's name, with or without revision, means a credential, wherever it may go. */
    boolean knows(String name) {
        return !chain(name).isEmpty();
    }

    /**
     * What a placeholder's name comes to. An old revision gives its own value, and only as long as the key still
     * exists and both the old and the newest binding allow the destination.
     */
    Resolution find(String name, String path, boolean tls) {
        List<Credential> chain = chain(name);
        if (chain.isEmpty()) {
            return Resolution.UNKNOWN;
        }
        Credential credential = chain.getFirst();
        if (credential.expired(clock.instant())) {
            return new Resolution.Expired(credential.key());
        }
        for (Credential each : chain) {
            if (each.bindings().stream().noneMatch(it -> it.reaches(host, port) && it.covers(path))) {
                return new Resolution.Elsewhere(credential.key());
            }
            if (!tls
                    && each.bindings().stream()
                            .noneMatch(it -> it.reaches(host, port) && it.covers(path) && it.allowsPlainText())) {
                return new Resolution.PlainText(credential.key());
            }
        }
        return new Resolution.Found(credential);
    }

    /** The credential that a name means, and, if that is an old one, the newest of the same key; empty if there is none. */
    private List<Credential> chain(String name) {
        if (revisions.isEmpty()) {
            return List.of();
        }
        Credentials newest = revisions.getFirst().credentials();
        Optional<Credential> current = newest.get(name);
        if (current.isPresent()) {
            return List.of(current.get());
        }
        Matcher revisioned = REVISIONED.matcher(name);
        if (!revisioned.matches()) {
            return List.of();
        }
        long number = Long.parseLong(revisioned.group(1));
        Optional<Credential> latest = newest.get(revisioned.group(2));
        Optional<Credential> old = revisions.stream()
                .filter(revision -> revision.number() == number)
                .findFirst()
                .flatMap(revision -> revision.credentials().get(revisioned.group(2)));
        return latest.isEmpty() || old.isEmpty() ? List.of() : List.of(old.get(), latest.get());
    }

    private boolean reaches(Credential credential) {
        return credential.bindings().stream().anyMatch(binding -> binding.reaches(host, port));
    }

    @Override
    public String toString() {
        return "BoundCredentials[" + host + ":" + port + "]";
    }
}
