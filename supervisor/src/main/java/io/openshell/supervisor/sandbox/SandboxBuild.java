package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.Workload;
import io.openshell.api.config.Problem;
import io.openshell.core.event.SandboxInfo;
import io.openshell.proxy.ProxyServer;
import io.openshell.supervisor.control.ControlSocket;
import io.openshell.supervisor.control.KeptState;
import io.openshell.supervisor.control.LaunchRefusedException;
import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.control.LauncherMessage.Hello;
import io.openshell.supervisor.control.LauncherMessage.Ready;
import io.openshell.supervisor.control.ResumeSocket;
import io.openshell.supervisor.control.SupervisorMessage.Launch;
import io.openshell.supervisor.identity.TrustKeeping;
import io.openshell.supervisor.identity.TrustTable;
import io.openshell.supervisor.libc.NativeDescriptor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** The making of one sandbox: reads as its order. What was made is removed again when a later step fails. */
final class SandboxBuild {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);
    private static final Duration LAUNCH_LIMIT = Duration.ofSeconds(60);
    private static final String ATTESTATION = "attestation";
    private static final String AUTHORITY = "certificate authority";

    private final Supervisor supervisor;
    private final SandboxSpec spec;
    private final SandboxInfo info;
    private final SandboxLog log;
    private final Undo undo = new Undo();

    SandboxBuild(Supervisor supervisor, SandboxSpec spec) {
        this.supervisor = supervisor;
        this.spec = spec;
        this.info = new SandboxInfo(
                spec.name() + "-" + UUID.randomUUID().toString().substring(0, 8),
                spec.name(),
                spec.image().orElse(null));
        this.log = new SandboxLog(
                supervisor.config().events(), info, supervisor.config().clock());
    }

    RunningSandbox run() throws SandboxException, InterruptedException {
        try {
            return build();
        } catch (InterruptedException e) {
            undo.run(e);
            log.startFailed("interrupted");
            throw e;
        } catch (SandboxException | RuntimeException e) {
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
        ComputeDriver driver = supervisor.driver(spec.driver());
        Ground ground = ground(driver);
        ControlSocket control = ControlSocket.open();
        undo.add(control::close);
        Optional<ResumeSocket.Listening> door = door();
        SandboxRequest request = request(driver, control, ground);
        SandboxParts parts = SandboxParts.begin(
                supervisor, spec.upstreamCas(), spec.image().isEmpty() ? supervisor.background() : supervisor.inTurn());
        Workload workload = driver.create(request, supervisor.config().progress()::accept);
        LauncherConnection launcher = connected(driver, control);
        undo.add(() -> SandboxServing.end(launcher));
        Hello hello = launcher.hello(CONNECT_LIMIT);

        Ground.Prepared prepared = ground.prepare(launcher, SandboxServing.await(parts.trustFiles(), "trust files"));
        AgentIdentity identity = prepared.identity();
        AgentEnvironment environment = new AgentEnvironment(identity, prepared.place(), spec.credentials());
        environment.variables(Map.of(), null);
        LaunchPlan plan = prepared.plan();
        log.starting(spec.driver(), spec.policy(), plan.added());
        LimitNews limits = new LimitNews(spec.limits(), log, this::workload);
        limits.begin(workload.limits());
        ground.rootsWorkdir().ifPresent(log::rootsWorkdir);
        launcher.onBypass(new BypassLog(
                supervisor.config().events(), info, supervisor.config().clock())::attempted);
        Launch launch = door.map(plan.launch()::outliving).orElse(plan.launch());
        log.applyingLandlock(hello.landlockAbi(), spec.policy(), launch);
        Ready ready = launch(launcher, launch, ground);
        door.ifPresent(ResumeSocket.Listening::close);
        SandboxPolicy inForce = SandboxPolicy.of(spec.policy(), launcher);
        Optional<SandboxMemory> memory = memory(launcher, prepared, inForce, workload, parts);
        try (NativeDescriptor listener = ready.listener()) {
            serve(launcher, inForce, memory, parts, listener);
        }
        SandboxReport report = SandboxReport.of(hello, ready);
        log.built(ready, report.attestation(), spec.policy(), plan.added());
        PolicyReplacement policies = new PolicyReplacement(inForce, launcher, memory, policyLog());
        RunningSandbox sandbox = new RunningSandbox(
                info,
                environment,
                launcher,
                report,
                log,
                limits,
                undo,
                memory,
                policies,
                spec.inference().environment());
        supervisor.keep(sandbox);
        undo.add(() -> supervisor.forget(sandbox));
        return sandbox;
    }

    private PolicyLog policyLog() {
        return new PolicyLog(
                supervisor.config().events(), info, supervisor.config().clock());
    }

    private Ready launch(LauncherConnection launcher, Launch launch, Ground ground)
            throws IOException, SandboxException {
        try {
            return launcher.launch(launch, LAUNCH_LIMIT);
        } catch (LaunchRefusedException e) {
            if (e.step().equals(ATTESTATION)) {
                log.attestationFailed(String.valueOf(e.getMessage()));
            }
            throw new SandboxException(ground.explain(e), e);
        }
    }

    private Ground ground(ComputeDriver driver) throws IOException, ComputeException, SandboxException {
        return spec.image().isEmpty()
                ? HostGround.of(spec)
                : ContainerGround.of(
                        spec, spec.image().get(), driver, supervisor.config().progress()::accept);
    }

    private LauncherConnection connected(ComputeDriver driver, ControlSocket control)
            throws IOException, SandboxException {
        LauncherConnection launcher = spec.image().isEmpty()
                ? control.accept(spec.name(), CONNECT_LIMIT)
                : new ContainerArrival(driver, info.id(), supervisor.host()).await(control, spec.name(), CONNECT_LIMIT);
        supervisor.host().connected(control);
        return launcher;
    }

    /** Where the next supervisor comes to; its name goes with the sandbox. */
    private Optional<ResumeSocket.Listening> door() throws IOException {
        if (spec.outliving().isEmpty()) {
            return Optional.empty();
        }
        ResumeSocket.Listening door =
                ResumeSocket.listen(info.name(), spec.outliving().get().environment());
        undo.add(() -> door.socket().remove());
        undo.add(door::close);
        return Optional.of(door);
    }

    /** What its platform is asked to make, which goes away with the sandbox from now on. */
    private SandboxRequest request(ComputeDriver driver, ControlSocket control, Ground ground)
            throws ComputeException, SandboxException {
        SandboxRequest request = ground.refine(new SandboxRequest(
                info.id(),
                info.name(),
                ground.image(),
                control.path(),
                Map.of(SandboxRequest.LIFETIME, SandboxRequest.WHILE_PROCESS_LIVES),
                Map.of(),
                spec.limits().resources(),
                ground.user(),
                ground.group()));
        List<Problem> problems = driver.validate(request);
        if (!problems.isEmpty()) {
            throw new SandboxException(
                    "driver " + spec.driver() + ": "
                            + problems.stream().map(Problem::message).collect(Collectors.joining("; ")),
                    null);
        }
        supervisor.host().expect(control);
        undo.add(() -> supervisor.host().connected(control));
        // Before it is made: a platform that goes away meanwhile may have made it.
        undo.add(new WorkloadRemoval(
                driver,
                spec.driver(),
                info.id(),
                info.name(),
                log,
                supervisor.config().progress())::run);
        return request;
    }

    private Optional<Workload> workload() throws ComputeException, SandboxException {
        return supervisor.driver(spec.driver()).find(info.id());
    }

    private Optional<SandboxMemory> memory(
            LauncherConnection launcher,
            Ground.Prepared prepared,
            SandboxPolicy inForce,
            Workload workload,
            SandboxParts parts)
            throws IOException, SandboxException, InterruptedException {
        if (spec.outliving().isEmpty()) {
            return Optional.empty();
        }
        KeptState facts = KeptFacts.of(spec, spec.outliving().get(), info, prepared, inForce, workload);
        SandboxMemory memory = new SandboxMemory(
                launcher,
                facts,
                SandboxServing.await(parts.authority(), AUTHORITY),
                log,
                supervisor.config().clock());
        undo.add(memory::close);
        memory.begin();
        return Optional.of(memory);
    }

    private void serve(
            LauncherConnection launcher,
            SandboxPolicy inForce,
            Optional<SandboxMemory> memory,
            SandboxParts parts,
            NativeDescriptor listener)
            throws IOException, SandboxException, InterruptedException {
        TrustTable seen = memory.map(SandboxMemory::trust)
                .orElseGet(() -> TrustTable.empty(supervisor.config().clock(), TrustKeeping.NONE));
        SandboxServing serving = new SandboxServing(
                info,
                launcher,
                inForce,
                seen,
                spec.hosts(),
                SandboxServing.await(parts.authority(), AUTHORITY),
                SandboxServing.await(parts.trust(), "upstream trust"),
                spec.credentials(),
                log,
                spec.inference());
        ProxyServer proxy = serving.begin(supervisor, listener);
        undo.add(proxy::close);
    }
}
