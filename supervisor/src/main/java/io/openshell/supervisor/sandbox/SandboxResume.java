package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.Workload;
import io.openshell.core.credential.CredentialStore;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.inference.InferenceSettings;
import io.openshell.core.policy.Policy;
import io.openshell.proxy.ProxyServer;
import io.openshell.proxy.tls.SandboxAuthority;
import io.openshell.proxy.tls.TlsException;
import io.openshell.supervisor.control.KeptState;
import io.openshell.supervisor.control.KeptState.KeptCommand;
import io.openshell.supervisor.control.LauncherConnection;
import io.openshell.supervisor.control.LauncherMessage.Ready;
import io.openshell.supervisor.control.SpawnedCommand;
import io.openshell.supervisor.libc.NativeDescriptor;
import io.openshell.supervisor.terminal.NativeTerminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The taking over of one sandbox: reads as its order. Until it is served, a failure leaves it as it was, for another
 * supervisor to take over; from then on it ends with this one as any other does.
 */
final class SandboxResume {

    private static final Duration NEWS_LIMIT = Duration.ofSeconds(10);

    private final Supervisor supervisor;
    private final ResumableSandbox taken;
    private final KeptState state;
    private final Policy policy;
    private final InferenceSettings inference;
    private final CredentialStore credentials;
    private final SandboxInfo info;
    private final SandboxLog log;
    private final LauncherConnection launcher;
    private final Undo undo = new Undo();
    /** Held from the beginning: none may fall between two supervisors and leave the sandbox behind. */
    private final CommandSignals signals = CommandSignals.take();

    private boolean served;

    SandboxResume(
            Supervisor supervisor,
            ResumableSandbox taken,
            Policy policy,
            CredentialStore credentials,
            InferenceSettings inference) {
        this.supervisor = supervisor;
        this.taken = taken;
        this.state = taken.state();
        this.policy = policy;
        this.inference = inference;
        this.credentials = credentials;
        KeptState.Sandbox sandbox = state.sandbox();
        this.info =
                new SandboxInfo(sandbox.id(), sandbox.name(), sandbox.image().orElse(null));
        this.log = new SandboxLog(
                supervisor.config().events(), info, supervisor.config().clock());
        this.launcher = taken.launcher();
    }

    ResumedSandbox run() throws SandboxException, InterruptedException {
        try {
            return resume();
        } catch (SandboxException | InterruptedException | RuntimeException e) {
            failed(e);
            throw e;
        } catch (IOException | ComputeException e) {
            failed(e);
            throw new SandboxException(String.valueOf(e.getMessage()), e);
        }
    }

    private void failed(Exception e) {
        signals.close();
        undo.run(e);
        taken.close();
        log.startFailed(String.valueOf(e.getMessage()));
    }

    private ResumedSandbox resume() throws IOException, ComputeException, SandboxException, InterruptedException {
        requireSamePolicy();
        KeptCommand kept = command();
        SpawnedCommand command = started(kept);
        LimitNews limits = adoptWorkload();
        SandboxAuthority authority = authority();
        SandboxPolicy inForce = SandboxPolicy.of(
                policy, state.policy().generation(), state.policy().links());
        SandboxMemory memory = new SandboxMemory(
                launcher, state, authority, log, supervisor.config().clock());
        undo.add(memory::close);
        memory.begin();
        log.resumed(state.policy().generation(), policy);
        launcher.onBypass(new BypassLog(
                supervisor.config().events(), info, supervisor.config().clock())::attempted);
        Ready ready = taken.resumption().message().ready();
        serve(inForce, memory, authority, ready);
        RunningSandbox sandbox = new RunningSandbox(
                info,
                new AgentEnvironment(agent(), place(), credentials),
                launcher,
                SandboxReport.of(taken.hello(), ready),
                log,
                limits,
                undo,
                Optional.of(memory),
                new PolicyReplacement(
                        inForce,
                        launcher,
                        Optional.of(memory),
                        new PolicyLog(
                                supervisor.config().events(),
                                info,
                                supervisor.config().clock())),
                inference.environment());
        supervisor.keep(sandbox);
        undo.add(() -> supervisor.forget(sandbox));
        return new ResumedSandbox(sandbox, running(command, kept, sandbox, limits));
    }

    /** The text is the same; what it means could differ if plugins are others now. */
    private void requireSamePolicy() throws SandboxException {
        if (!policy.hash().equals(state.policy().hash())) {
            throw new SandboxException(
                    "policy: " + state.policy().name() + " means something else now: hash " + policy.hash()
                            + " (expected: " + state.policy().hash() + "; the same plugins as before)",
                    null);
        }
    }

    private KeptCommand command() throws SandboxException {
        if (state.commands().isEmpty()) {
            throw new SandboxException(info.name() + ": no command was started (expected: one)", null);
        }
        return state.commands().getLast();
    }

    private SpawnedCommand started(KeptCommand kept) throws IOException, SandboxException {
        SpawnedCommand command = taken.resumption().commands().get(kept.number());
        if (command == null) {
            throw new SandboxException(
                    info.name() + ": " + kept.program() + " was never started (expected: started)", null);
        }
        command.awaitStarted(NEWS_LIMIT);
        if (command.startedMessage().terminal() != null && !NativeTerminal.isOurs()) {
            command.startedMessage().terminal().close();
            throw new SandboxException(
                    info.name() + ": its command has a terminal (expected: to be resumed on a terminal)", null);
        }
        return command;
    }

    private LimitNews adoptWorkload() throws ComputeException, SandboxException {
        ComputeDriver driver = supervisor.driver(state.sandbox().driver());
        Workload workload = driver.adopt(info.id(), state.sandbox().workload());
        LimitNews limits = new LimitNews(SandboxLimits.DEFAULT, log, () -> driver.find(info.id()));
        limits.begin(workload.limits());
        undo.add(() -> {
            if (served) {
                taken.socket().remove();
            }
        });
        undo.add(() -> {
            if (served) {
                new WorkloadRemoval(
                                driver,
                                state.sandbox().driver(),
                                info.id(),
                                info.name(),
                                log,
                                supervisor.config().progress())
                        .run();
            }
        });
        undo.add(() -> {
            if (served) {
                SandboxServing.end(launcher);
            }
        });
        return limits;
    }

    private SandboxAuthority authority() throws SandboxException {
        try (KeptState.Authority kept = state.authority()) {
            return SandboxAuthority.restore(supervisor.config().clock(), kept.certificate(), kept.key());
        } catch (TlsException e) {
            throw new SandboxException(String.valueOf(e.getMessage()), e);
        }
    }

    private void serve(SandboxPolicy inForce, SandboxMemory memory, SandboxAuthority authority, Ready ready)
            throws IOException, SandboxException, InterruptedException {
        List<Path> authorities = state.upstreamCas().stream().map(Path::of).toList();
        List<HostEntry> hosts = state.hosts().stream()
                .map(host -> new HostEntry(host.name(), host.address()))
                .toList();
        SandboxServing serving = new SandboxServing(
                info,
                launcher,
                inForce,
                memory.trust(),
                hosts,
                authority,
                SandboxServing.await(supervisor.trust(authorities, supervisor.background()), "upstream trust"),
                credentials,
                log,
                inference);
        try (NativeDescriptor listener = ready.listener()) {
            ProxyServer proxy = serving.begin(supervisor, listener);
            undo.add(proxy::close);
            served = true;
        }
    }

    private RunningCommand running(SpawnedCommand command, KeptCommand kept, RunningSandbox sandbox, LimitNews limits)
            throws SandboxException {
        try {
            return RunningCommand.resumed(
                    command, TimeLimit.of(kept, supervisor.config().clock().instant()), log, limits, signals);
        } catch (IOException e) {
            sandbox.close();
            throw new SandboxException("command: " + e.getMessage(), e);
        }
    }

    /** Without the variables of an image, which are kept as little as the agent's. */
    private AgentPlace place() {
        return taken.hasImage() ? AgentPlace.ofContainer(state.agent().workdir(), Map.of()) : AgentPlace.OWN;
    }

    private AgentIdentity agent() {
        KeptState.Agent agent = state.agent();
        return new AgentIdentity(agent.user(), agent.uid(), agent.group(), agent.gid());
    }
}
