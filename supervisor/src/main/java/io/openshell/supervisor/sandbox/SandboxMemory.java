package io.openshell.supervisor.sandbox;

import io.openshell.proxy.tls.SandboxAuthority;
import io.openshell.supervisor.control.KeptState;
import io.openshell.supervisor.control.KeptState.Authority;
import io.openshell.supervisor.control.KeptState.KeptCommand;
import io.openshell.supervisor.control.KeptState.KeptPolicy;
import io.openshell.supervisor.control.KeptState.Trust;
import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.identity.TrustTable;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a supervisor that comes back will know of a sandbox, kept up to date in its launcher. Thread-safe. */
final class SandboxMemory implements AutoCloseable {

    private final InstantSource clock;
    private final SandboxAuthority authority;
    private final KeptState facts;
    private final List<KeptCommand> commands;
    private volatile KeptPolicy policy;
    private final TrustTable trust;
    private final StateKeeper keeper;

    /**
     * @param facts all that does not change; its commands and its trust are what they begin as
     * @param authority the one whose key is kept
     */
    SandboxMemory(
            LauncherConnection launcher,
            KeptState facts,
            SandboxAuthority authority,
            SandboxLog log,
            InstantSource clock) {
        this.clock = clock;
        this.authority = authority;
        this.facts = facts;
        this.policy = facts.policy();
        this.commands = new CopyOnWriteArrayList<>(facts.commands());
        this.keeper = new StateKeeper(facts.sandbox().name(), launcher, this::state, log::trustNotKept);
        this.trust =
                TrustTable.restored(clock, facts.trust().hashes(), facts.trust().complete(), keeper);
    }

    /** Has the first state kept, and waits until it is. */
    void begin() throws IOException, InterruptedException {
        keeper.start();
        keeper.awaitKept();
    }

    TrustTable trust() {
        return trust;
    }

    /** Notes a command before it is started, so that there is none that nobody knows of. */
    void starting(int number, String program, Optional<Duration> timeout) throws IOException, InterruptedException {
        long deadline =
                timeout.map(it -> clock.instant().plus(it).toEpochMilli()).orElse(0L);
        commands.add(new KeptCommand(
                number, program, deadline, timeout.map(Duration::toSeconds).orElse(0L)));
        keeper.keepNow();
    }

    /**
     * Notes a policy before it is in force: whoever comes back must not know an older one.
     *
     * @throws IOException if it cannot be kept; what was kept before still is
     */
    void replacing(KeptPolicy next) throws IOException, InterruptedException {
        requireRoom(next);
        policy = next;
        keeper.keepNow();
    }

    /** What does not fit would end all keeping. */
    private void requireRoom(KeptPolicy next) throws IOException {
        KeptState tried = state(next);
        try {
            tried.encode().bytes().close();
        } catch (IllegalArgumentException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        } finally {
            tried.authority().close();
        }
    }

    @Override
    public void close() {
        keeper.close();
    }

    private KeptState state() {
        return state(policy);
    }

    private KeptState state(KeptPolicy kept) {
        return new KeptState(
                facts.sandbox(),
                facts.agent(),
                kept,
                facts.hosts(),
                facts.upstreamCas(),
                keyOf(authority),
                new Trust(trust.hashes(), trust.isComplete()),
                commands,
                facts.caller());
    }

    /** Whoever takes it closes it. */
    private static Authority keyOf(SandboxAuthority authority) {
        try {
            return new Authority(authority.certificate().getEncoded(), authority.encodedKey());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("certificate cannot be encoded", e);
        }
    }
}
