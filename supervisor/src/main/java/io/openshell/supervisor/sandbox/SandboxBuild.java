package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.Workload;
import io.openshell.api.config.Problem;
import io.openshell.core.event.SandboxInfo;
import io.openshell.proxy.ListeningSocket;
import io.openshell.proxy.ProxyServer;
import io.openshell.proxy.tls.SandboxAuthority;
import io.openshell.proxy.tls.UpstreamTrust;
import io.openshell.supervisor.control.ControlSocket;
import io.openshell.supervisor.control.LaunchRefusedException;
import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.control.LauncherMessage.Hello;
import io.openshell.supervisor.control.LauncherMessage.Ready;
import io.openshell.supervisor.control.SupervisorMessage.PlacedFile;
import io.openshell.supervisor.identity.IdentityService;
import io.openshell.supervisor.libc.Errno;
import io.openshell.supervisor.libc.NativeDescriptor;
import io.openshell.supervisor.libc.NativeLibc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** The making of one sandbox: reads as its order. What was made is removed again when a later step fails. */
final class SandboxBuild {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);
    private static final Duration LAUNCH_LIMIT = Duration.ofSeconds(60);
    private static final Duration END_LIMIT = Duration.ofSeconds(5);
    private static final String ATTESTATION = "attestation";
    private static final Integer ROOT = 0;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;

    private final Supervisor supervisor;
    private final SandboxSpec spec;
    private final SandboxInfo info;
    private final SandboxLog log;
    private final Undo undo = new Undo();
    private final CompletableFuture<SandboxAuthority> authority;
    private final CompletableFuture<UpstreamTrust> trust;
    private final CompletableFuture<List<PlacedFile>> trustFiles;

    SandboxBuild(Supervisor supervisor, SandboxSpec spec) {
        this.supervisor = supervisor;
        this.spec = spec;
        this.info = new SandboxInfo(
                spec.name() + "-" + UUID.randomUUID().toString().substring(0, 8),
                spec.name(),
                spec.image().orElse(null));
        this.log = new SandboxLog(
                supervisor.config().events(), info, supervisor.config().clock());
        // All of these take longer than starting the launcher does.
        this.authority = supervisor.newAuthority();
        this.trust = supervisor.trust(spec.upstreamCas());
        this.trustFiles = supervisor.trustFiles(authority, trust);
    }

    RunningSandbox run() throws SandboxException, InterruptedException {
        try {
            return build();
        } catch (SandboxException | InterruptedException | RuntimeException e) {
            undo.run(e);
            log.startFailed(String.valueOf(e.getMessage()));
            throw e;
        } catch (IOException | ComputeException e) {
            undo.run(e);
            log.startFailed(String.valueOf(e.getMessage()));
            throw new SandboxException(String.valueOf(e.getMessage()), e);
        }
    }

    private RunningSandbox build() throws IOException, ComputeException, SandboxException, InterruptedException {
        AgentIdentity identity =
                HostAccounts.ofThisMachine().resolve(spec.policy().process());
        Optional<Path> workdir = workdir();
        ControlSocket control = ControlSocket.open();
        undo.add(control::close);
        Workload workload = startWorkload(control, identity);
        LauncherConnection launcher = control.accept(spec.name(), CONNECT_LIMIT);
        supervisor.host().connected(control);
        undo.add(() -> end(launcher));
        Hello hello = launcher.hello(CONNECT_LIMIT);

        LaunchPlan plan = LaunchPlan.of(
                spec.policy(),
                new LaunchPlan.Inside(spec.name(), identity, workdir, files(identity), spec.loopback()),
                path -> Files.exists(Path.of(path)));
        log.starting(spec.driver(), spec.policy(), plan.added());
        LimitNews limits = new LimitNews(spec.limits(), log, this::workload);
        limits.begin(workload.limits());
        if (workdir.isPresent() && ROOT.equals(Files.getAttribute(workdir.get(), "unix:uid"))) {
            log.rootsWorkdir(workdir.get());
        }
        launcher.onBypass(new BypassLog(
                supervisor.config().events(), info, supervisor.config().clock())::attempted);
        log.applyingLandlock(hello.landlockAbi(), spec.policy(), plan.launch());
        Ready ready = launch(launcher, plan);
        try (NativeDescriptor listener = ready.listener()) {
            serve(launcher, listener);
        }
        SandboxReport report = report(hello, ready);
        log.built(ready, report.attestation(), spec.policy(), plan.added());
        RunningSandbox sandbox = new RunningSandbox(info, identity, launcher, report, log, limits, undo);
        supervisor.keep(sandbox);
        undo.add(() -> supervisor.forget(sandbox));
        return sandbox;
    }

    private Ready launch(LauncherConnection launcher, LaunchPlan plan) throws IOException {
        try {
            return launcher.launch(plan.launch(), LAUNCH_LIMIT);
        } catch (LaunchRefusedException e) {
            if (e.step().equals(ATTESTATION)) {
                log.attestationFailed(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private Optional<Path> workdir() throws SandboxException {
        if (spec.workdir().isEmpty()) {
            return Optional.empty();
        }
        Path wanted = spec.workdir().get();
        try {
            Path real = wanted.toRealPath();
            // The whole machine is no project.
            if (Files.isDirectory(real) && real.getParent() != null) {
                return Optional.of(real);
            }
        } catch (IOException e) {
            throw new SandboxException("workdir: " + wanted + " (expected: a directory of this machine)", e);
        }
        throw new SandboxException("workdir: " + wanted + " (expected: a directory, and not /)", null);
    }

    private Workload startWorkload(ControlSocket control, AgentIdentity identity)
            throws ComputeException, SandboxException {
        ComputeDriver driver = supervisor.driver(spec.driver());
        SandboxRequest request = new SandboxRequest(
                info.id(),
                info.name(),
                spec.image().orElse(null),
                control.path(),
                Map.of("openshell.ai/managed-by", "openshell", "openshell.ai/sandbox-name", info.name()),
                Map.of(),
                spec.limits().resources(),
                identity.uid(),
                identity.gid());
        List<Problem> problems = driver.validate(request);
        if (!problems.isEmpty()) {
            throw new SandboxException(
                    "driver " + spec.driver() + ": "
                            + problems.stream().map(Problem::message).collect(Collectors.joining("; ")),
                    null);
        }
        supervisor.host().expect(control);
        undo.add(() -> supervisor.host().connected(control));
        Workload workload = driver.create(request, supervisor.config().progress()::accept);
        undo.add(() -> driver.delete(info.id()));
        return workload;
    }

    private Optional<Workload> workload() throws ComputeException, SandboxException {
        return supervisor.driver(spec.driver()).find(info.id());
    }

    private List<PlacedFile> files(AgentIdentity identity) throws SandboxException, InterruptedException {
        List<PlacedFile> files = new ArrayList<>(SystemFiles.of(info.name(), identity, spec.hosts()));
        files.addAll(await(trustFiles, "trust files"));
        return files;
    }

    private void serve(LauncherConnection launcher, NativeDescriptor listener)
            throws IOException, SandboxException, InterruptedException {
        ServedSandbox served = new ServedSandbox(
                info,
                SandboxPolicy.of(spec.policy(), launcher),
                new IdentityService(
                        launcher, supervisor.hashes(), supervisor.config().clock(), log::violation),
                new SandboxNames(spec.hosts(), supervisor.resolvers()),
                supervisor.config().events(),
                await(authority, "certificate authority"),
                await(trust, "upstream trust"));
        if (NativeLibc.fcntl(listener.number(), F_SETFL, O_NONBLOCK) != 0) {
            throw Errno.failure("proxy listener");
        }
        var config = supervisor.proxyConfig();
        ProxyServer proxy = ProxyServer.start(config, served, new ListeningSocket.Descriptor(listener.release()));
        undo.add(proxy::close);
    }

    private static SandboxReport report(Hello hello, Ready ready) {
        return new SandboxReport(
                hello.kernel(),
                ready.launcher(),
                ready.landlockAbi(),
                ready.readOnlyRules(),
                ready.readWriteRules(),
                ready.steps(),
                ready.skipped(),
                new Attestation(ready.attempts(), Duration.of(ready.attestationMicros(), ChronoUnit.MICROS)));
    }

    /** Orderly, or at least surely: the launcher ends when the conversation does. */
    private static void end(LauncherConnection launcher) throws InterruptedException {
        launcher.shutdown();
        try {
            launcher.gone().get(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            launcher.close();
        }
    }

    private static <T> T await(CompletableFuture<T> future, String what) throws SandboxException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new SandboxException(what + ": " + cause.getMessage(), e);
        }
    }
}
