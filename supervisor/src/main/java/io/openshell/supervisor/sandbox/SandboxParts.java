package io.openshell.supervisor.sandbox;

import io.openshell.proxy.tls.SandboxAuthority;
import io.openshell.proxy.tls.UpstreamTrust;
import io.openshell.supervisor.control.SupervisorMessage.PlacedFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * What a sandbox needs of this process, whatever its platform is. It is made in the background while the platform makes its part,
 * for which this process only waits.
 *
 * @param authority its own
 * @param trust whom upstream servers are verified against
 * @param trustFiles by which its programs trust the authority
 */
record SandboxParts(
        CompletableFuture<SandboxAuthority> authority,
        CompletableFuture<UpstreamTrust> trust,
        CompletableFuture<List<PlacedFile>> trustFiles) {

    /** @param by who makes them; what is needed first is made first */
    static SandboxParts begin(Supervisor supervisor, List<Path> upstreamCas, Executor by) {
        CompletableFuture<SandboxAuthority> authority = supervisor.newAuthority(by);
        CompletableFuture<UpstreamTrust> trust = supervisor.trust(upstreamCas, by);
        CompletableFuture<List<PlacedFile>> trustFiles = authority.thenCombine(trust, TrustFiles::of);
        supervisor.startProxies(by);
        return new SandboxParts(authority, trust, trustFiles);
    }
}
