package io.openshell.proxy.relay;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.openshell.core.credential.CredentialStore;
import io.openshell.core.echo.EchoPatterns;
import io.openshell.core.echo.EchoScanner;
import io.openshell.core.echo.EchoWorkspace;
import io.openshell.core.event.Destination;
import io.openshell.core.event.Fact;
import io.openshell.core.event.FindingEvents;
import io.openshell.core.event.SecurityEvent;
import io.openshell.core.event.Severity;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for in the answers of each destination, compiled once for each change of the sandbox's credentials. Any
 * thread.
 */
final class EchoGuards implements AutoCloseable {

    private final CredentialStore credentials;
    private final FindingEvents findings;
    private final Consumer<SecurityEvent> events;
    private final Set<String> toldTooShort = ConcurrentHashMap.newKeySet();
    private final Cache<Destination, Compiled> compiled = Caffeine.newBuilder()
            .maximumSize(RelayLimits.GUARDED_DESTINATIONS)
            .executor(Runnable::run)
            .<Destination, Compiled>removalListener(EchoGuards::removed)
            .build();

    private final Cache<Destination, Long> unbound = Caffeine.newBuilder()
            .maximumSize(RelayLimits.UNGUARDED_DESTINATIONS)
            .executor(Runnable::run)
            .build();

    private volatile boolean closed;

    private record Compiled(long revision, EchoPatterns patterns) {}

    EchoGuards(CredentialStore credentials, FindingEvents findings, Consumer<SecurityEvent> events) {
        this.credentials = credentials;
        this.findings = findings;
        this.events = events;
    }

    /** The sandbox begins: tells of credentials that no answer is searched for. */
    void begin() {
        tellTooShort();
    }

    /** Whether credentials that can be looked for are bound to a destination. */
    boolean watches(Destination destination) {
        return patterns(destination).isPresent();
    }

    /** A scanner for one answer; empty if no credentials are bound to the destination. */
    Optional<EchoScanner> open(Destination destination, EchoWorkspace workspace) {
        while (true) {
            Optional<EchoPatterns> patterns = patterns(destination);
            if (patterns.isEmpty()) {
                return Optional.empty();
            }
            Optional<EchoScanner> scanner = EchoScanner.open(patterns.get(), workspace);
            if (scanner.isPresent()) {
                return scanner;
            }
            if (closed) {
                throw new IllegalStateException("sandbox: ended (expected: one whose answers are still wanted)");
            }
        }
    }

    FindingEvents findings() {
        return findings;
    }

    private Optional<EchoPatterns> patterns(Destination destination) {
        if (credentials.isEmpty()) {
            return Optional.empty();
        }
        // Before the credentials themselves: what changes in between is then compiled once more.
        long revision = credentials.revision();
        Compiled known = compiled.getIfPresent(destination);
        if (known != null && known.revision == revision) {
            return Optional.of(known.patterns);
        }
        Long without = unbound.getIfPresent(destination);
        if (without != null && without == revision) {
            return Optional.empty();
        }
        EchoPatterns patterns = EchoPatterns.of(credentials.boundTo(destination.host(), destination.port()));
        tellTooShort();
        if (patterns.isEmpty()) {
            unbound.put(destination, revision);
            return Optional.empty();
        }
        compiled.put(destination, new Compiled(revision, patterns));
        if (closed) {
            compiled.invalidateAll();
        }
        return Optional.of(patterns);
    }

    private void tellTooShort() {
        EchoPatterns.tooShort(credentials.newest()).stream()
                .filter(toldTooShort::add)
                .map(key -> findings.detected(
                        Severity.LOW,
                        "credential too short for the echo guard",
                        "credential " + key + ": answers are not searched for it (expected: at least "
                                + EchoPatterns.SHORTEST_SECRET + " bytes)",
                        new Fact("credential", key)))
                .forEach(events);
    }

    private static void removed(@Nullable Destination destination, @Nullable Compiled removed, RemovalCause cause) {
        if (removed != null) {
            removed.patterns.close();
        }
    }

    /** The sandbox has ended. */
    @Override
    public void close() {
        closed = true;
        compiled.invalidateAll();
    }
}
