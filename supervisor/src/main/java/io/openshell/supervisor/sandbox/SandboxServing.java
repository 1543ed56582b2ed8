package io.openshell.supervisor.sandbox;

import io.openshell.core.credential.CredentialStore;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.inference.InferenceSettings;
import io.openshell.proxy.ListeningSocket;
import io.openshell.proxy.ProxyServer;
import io.openshell.proxy.tls.SandboxAuthority;
import io.openshell.proxy.tls.UpstreamTrust;
import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.identity.IdentityService;
import io.openshell.supervisor.identity.TrustTable;
import io.openshell.supervisor.libc.Errno;
import io.openshell.supervisor.libc.NativeDescriptor;
import io.openshell.supervisor.libc.NativeLibc;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What a sandbox is served with, whether it was made just now or taken over.
 *
 * @param info who it is
 * @param launcher its launcher
 * @param policy what is in force
 * @param trust which executables were seen
 * @param hosts names that it resolves by itself
 * @param authority its own
 * @param upstreams whom upstream servers are verified against
 * @param credentials what its placeholders stand for
 * @param log its events
 * @param inference what {@code inference.local} is to it
 */
record SandboxServing(
        SandboxInfo info,
        LauncherConnection launcher,
        SandboxPolicy policy,
        TrustTable trust,
        List<HostEntry> hosts,
        SandboxAuthority authority,
        UpstreamTrust upstreams,
        CredentialStore credentials,
        SandboxLog log,
        InferenceSettings inference) {

    private static final Duration END_LIMIT = Duration.ofSeconds(5);
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;

    /**
     * Begins to serve.
     *
     * @param listener where connections are accepted; taken over
     */
    ProxyServer begin(Supervisor supervisor, NativeDescriptor listener)
            throws IOException, SandboxException, InterruptedException {
        ServedSandbox served = new ServedSandbox(
                info,
                policy,
                new IdentityService(launcher, supervisor.hashes(), trust, log::violation),
                new SandboxNames(hosts, supervisor.resolvers()),
                supervisor.config().events(),
                authority,
                upstreams,
                credentials,
                inference);
        if (NativeLibc.fcntl(listener.number(), F_SETFL, O_NONBLOCK) != 0) {
            throw Errno.failure("proxy listener");
        }
        var config = supervisor.proxyConfig();
        return ProxyServer.start(config, served, new ListeningSocket.Descriptor(listener.release()));
    }

    /** Ends a sandbox: orderly, or at least surely, for the launcher ends when the conversation does. */
    static void end(LauncherConnection launcher) throws InterruptedException {
        launcher.shutdown();
        try {
            launcher.gone().get(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            launcher.close();
        }
    }

    static <T> T await(CompletableFuture<T> future, String what) throws SandboxException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new SandboxException(what + ": " + cause.getMessage(), e);
        }
    }
}
