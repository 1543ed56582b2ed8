package io.openshell.supervisor.identity;

import io.openshell.proxy.sandbox.PeerIdentities;
import io.openshell.proxy.sandbox.PeerIdentity;
import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.control.LauncherMessage.Ancestor;
import io.openshell.supervisor.control.LauncherMessage.Identity;
import io.openshell.supervisor.control.LauncherMessage.Owner;
import io.openshell.supervisor.control.SupervisorMessage.Peer;
import io.openshell.supervisor.libc.Errno;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Identifies the programs of one sandbox. Each question has a virtual thread of its own, so that asking and hashing
 * never hold up an event loop. Whatever goes wrong is an unknown peer, with the reason.
 */
public final class IdentityService implements PeerIdentities {

    /** The longest that the launcher may take for one answer. */
    public static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    /** More connections than this do not wait for their identity at the same time. */
    static final int MAX_WAITING = 4096;

    private final LauncherConnection launcher;
    private final TrustTable trust;
    private final IntegrityCheck integrity;
    private final Consumer<String> violations;
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * @param launcher whom to ask
     * @param hashes shared by all sandboxes of the supervisor
     * @param trust what was seen of this sandbox
     * @param violations told, in a sentence, of each executable that is not what it was
     */
    public IdentityService(
            LauncherConnection launcher, ExecutableHashes hashes, TrustTable trust, Consumer<String> violations) {
        this.launcher = launcher;
        this.trust = trust;
        this.integrity = new IntegrityCheck(launcher, trust, hashes, ANSWER_TIMEOUT);
        this.violations = violations;
    }

    @Override
    public CompletionStage<PeerIdentity> identify(InetSocketAddress agent, InetSocketAddress proxy) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return CompletableFuture.completedFuture(new PeerIdentity.Unknown(
                    "failed to resolve peer binary: " + MAX_WAITING + " connections wait for theirs"));
        }
        CompletableFuture<PeerIdentity> result = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                result.complete(identifyNow(agent, proxy));
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            } finally {
                waiting.decrementAndGet();
            }
        });
        return result;
    }

    private PeerIdentity identifyNow(InetSocketAddress agent, InetSocketAddress proxy) {
        try {
            Identity answer =
                    launcher.identify(peer(agent), peer(proxy), ANSWER_TIMEOUT).get();
            return switch (answer.status()) {
                case FOUND -> judge(answer);
                case NO_SOCKET -> unresolved("no established TCP connection was found for port " + agent.getPort());
                case NO_OWNER -> unresolved("no process holds the socket with inode " + answer.inode());
                case ERROR -> unresolved(answer.error() + ": " + Errno.text(answer.errno()));
            };
        } catch (ExecutionException e) {
            return unresolved(String.valueOf(e.getCause()));
        } catch (IntegrityException e) {
            if (e.isViolation()) {
                violations.accept(e.text());
            }
            return new PeerIdentity.Unknown(e.text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unresolved("interrupted");
        }
    }

    private PeerIdentity judge(Identity answer) throws IntegrityException, InterruptedException {
        List<Owner> owners = answer.owners().stream()
                .sorted(Comparator.comparingInt(Owner::pid))
                .toList();
        if (owners.isEmpty()) {
            return unresolved("no process holds the socket with inode " + answer.inode());
        }
        Set<Program> programs = new HashSet<>();
        for (Owner owner : owners) {
            programs.add(program(owner));
        }
        if (programs.size() > 1) {
            return new PeerIdentity.Unknown("ambiguous shared socket ownership: inode " + answer.inode()
                    + " is held by PIDs " + owners.stream().map(Owner::pid).toList()
                    + " with different policy identities");
        }
        trust.awaitKept();
        Program program = programs.iterator().next();
        return new PeerIdentity.Known(
                program.binary(),
                program.ancestors(),
                program.commandLinePaths(),
                owners.getFirst().pid());
    }

    private Program program(Owner owner) throws IntegrityException, InterruptedException {
        String hash;
        try {
            hash = integrity.check(owner.pid(), owner.startTime(), owner.executable());
        } catch (IntegrityException e) {
            throw e.prefixed("binary integrity check failed");
        }
        List<String> ancestors = new ArrayList<>();
        for (Ancestor ancestor : owner.ancestors()) {
            ancestors.add(checkAncestor(ancestor));
        }
        String binary = owner.executable().path();
        List<String> commandLine = owner.commandLinePaths().stream()
                .filter(path -> !path.equals(binary) && !ancestors.contains(path))
                .distinct()
                .toList();
        return new Program(binary, hash, List.copyOf(ancestors), commandLine);
    }

    private String checkAncestor(Ancestor ancestor) throws IntegrityException, InterruptedException {
        String path = ancestor.executable().path();
        try {
            integrity.check(ancestor.pid(), ancestor.startTime(), ancestor.executable());
            return path;
        } catch (IntegrityException e) {
            throw e.prefixed("ancestor integrity check failed for " + path);
        }
    }

    private static Peer peer(InetSocketAddress address) {
        return new Peer(address.getAddress().getAddress(), address.getPort());
    }

    private static PeerIdentity unresolved(String why) {
        return new PeerIdentity.Unknown("failed to resolve peer binary: " + why);
    }

    private record Program(String binary, String hash, List<String> ancestors, List<String> commandLinePaths) {}
}
