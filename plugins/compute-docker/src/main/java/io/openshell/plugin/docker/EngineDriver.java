package io.openshell.plugin.docker;

import io.openshell.api.compute.Capabilities;
import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.ComputeException.Kind;
import io.openshell.api.compute.ComputeHost;
import io.openshell.api.compute.ImageFacts;
import io.openshell.api.compute.PullPolicy;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.Workload;
import io.openshell.api.compute.WorkloadEvent;
import io.openshell.api.config.Problem;
import io.openshell.plugin.docker.Containers.Found;
import io.openshell.plugin.docker.Containers.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Sandboxes in containers: a workload is a container without a network whose first process is the launcher, which comes in
 * from outside. The engine remembers the containers, and their labels say whose they are, so nothing is kept here.
 */
final class EngineDriver implements ComputeDriver {

    private static final Path SELINUX = Path.of("/sys/fs/selinux/enforce");

    /** Two sandboxes that share one wait for each other, which is rare and harmless. */
    private static final int LOCKS = 64;

    private final EngineConnection connection;
    private final ComputeHost host;
    private final Lock[] making = locks();
    private final AtomicBoolean swept = new AtomicBoolean();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();

    EngineDriver(EngineConnection connection, ComputeHost host) {
        this.connection = connection;
        this.host = host;
    }

    private static Lock[] locks() {
        Lock[] locks = new Lock[LOCKS];
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
        return locks;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Capabilities.Root.IMAGE, Capabilities.Network.PLATFORM, true, true);
    }

    @Override
    public Set<Limit> limits() {
        return EngineReport.limits(connection);
    }

    @Override
    public List<Problem> check() {
        List<Problem> problems = new ArrayList<>();
        try {
            connection.engine();
        } catch (ComputeException e) {
            problems.add(new Problem("engine", String.valueOf(e.getMessage())));
        }
        if (!Files.isExecutable(host.launcher())) {
            problems.add(new Problem(
                    "launcher", host.launcher() + ": not executable (expected: the launcher of this distribution)"));
        }
        return problems;
    }

    @Override
    public List<Problem> shortcomings() {
        return EngineReport.shortcomings(connection);
    }

    @Override
    public ImageFacts image(String reference, PullPolicy pull, Progress progress) throws ComputeException {
        // Every sandbox's; who looks ahead for an image has it put together beside something else.
        SeccompProfile.json();
        return new ImageFetch(connection.engine(), progress).get(reference, pull);
    }

    @Override
    public List<Problem> validate(SandboxRequest request) {
        List<Problem> problems = new ArrayList<>(
                new RequestChecks(request, EngineReport.sockets(connection), EngineReport.user(connection)).problems());
        if (problems.isEmpty() && !request.devices().isEmpty()) {
            EngineReport.devicesProblem(connection, request.devices())
                    .ifPresent(problem -> problems.add(new Problem("devices", problem)));
        }
        return problems;
    }

    @Override
    public Workload create(SandboxRequest request, Progress progress) throws ComputeException {
        List<Problem> problems = validate(request);
        if (!problems.isEmpty()) {
            throw new ComputeException(Kind.INVALID, problems.getFirst().message());
        }
        Containers containers = containers();
        Lock lock = making[Math.floorMod(request.id().hashCode(), LOCKS)];
        lock.lock();
        try {
            return made(containers, request);
        } finally {
            lock.unlock();
            sweep(containers);
        }
    }

    /**
     * Once, and not while somebody waits for the engine. By a thread of its own: a virtual one that reads from a socket leaves
     * a poller of the JDK's behind, for which the JVM waits 0.3 seconds when it ends.
     */
    private void sweep(Containers containers) {
        if (swept.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("container-leftovers").start(() -> Leftovers.sweep(containers));
        }
    }

    private Workload made(Containers containers, SandboxRequest request) throws ComputeException {
        ContainerPlan plan = ContainerPlan.of(request, host, Files.exists(SELINUX));
        Optional<String> made = containers.create(plan);
        if (made.isPresent()) {
            return started(containers, plan, made.get());
        }
        return switch (containers.inspect(plan.name())) {
            case Place.Strangers strangers -> throw notOurs(plan);
            case Place.Ours(Found found) when !found.workload().sandboxId().equals(request.id()) -> throw notOurs(plan);
            case Place.Ours(Found found) when !found.halfMade() -> found.workload();
            // Left by somebody who died between making and starting it.
            case Place.Ours(Found found) -> madeAgain(containers, plan, found.id());
            // By an engine that died then, there is but the name.
            case Place.Free free -> madeAgain(containers, plan, plan.name());
        };
    }

    private static ComputeException notOurs(ContainerPlan plan) {
        return new ComputeException(
                Kind.PRECONDITION,
                "container " + plan.name() + ": not this sandbox's (expected: a name that nobody uses)");
    }

    /** @param left the id or name of what is in the way */
    private static Workload madeAgain(Containers containers, ContainerPlan plan, String left) throws ComputeException {
        containers.remove(left);
        String made = containers
                .create(plan)
                .orElseThrow(() -> new ComputeException(
                        Kind.UNAVAILABLE,
                        "container " + plan.name() + ": made by somebody else (expected: one maker)"));
        return started(containers, plan, made);
    }

    /** All or nothing. */
    private static Workload started(Containers containers, ContainerPlan plan, String container)
            throws ComputeException {
        try {
            containers.start(container);
            if (!(containers.inspect(container) instanceof Place.Ours(Found found))) {
                throw new ComputeException(
                        Kind.UNAVAILABLE, "container " + plan.name() + ": gone (expected: one that runs)");
            }
            if (ImageReference.isId(plan.image()) && !found.image().equals(ImageReference.normalized(plan.image()))) {
                throw new ComputeException(
                        Kind.INTERNAL,
                        "container " + plan.name() + ": made of image " + found.image() + " (expected: " + plan.image()
                                + ")");
            }
            return found.workload();
        } catch (ComputeException | RuntimeException e) {
            try {
                containers.remove(container);
            } catch (ComputeException leftover) {
                e.addSuppressed(leftover);
            }
            throw e;
        }
    }

    @Override
    public Optional<Workload> find(String sandboxId) throws ComputeException {
        return containers().ofSandbox(sandboxId).stream().map(Found::workload).findFirst();
    }

    /** The engine remembers it; which engine that was, this process's surroundings say again. */
    @Override
    public Workload adopt(String sandboxId, String instance) throws ComputeException {
        return find(sandboxId)
                .filter(found -> found.instance().equals(instance) && found.state() == Workload.State.RUNNING)
                .orElseThrow(() -> new ComputeException(
                        Kind.PRECONDITION,
                        "container " + instance + ": not running there (expected: the engine that started it; "
                                + "its socket is named as it was then)"));
    }

    @Override
    public List<Workload> list() throws ComputeException {
        return containers().all().stream().map(Found::workload).toList();
    }

    @Override
    public Watch watch(Consumer<WorkloadEvent> listener) throws ComputeException {
        EngineWatch watch = EngineWatch.begin(connection, listener);
        watches.add(watch);
        return () -> {
            watch.close();
            watches.remove(watch);
        };
    }

    @Override
    public void stop(String sandboxId) throws ComputeException {
        Containers containers = containers();
        for (String container : containers.idsOfSandbox(sandboxId)) {
            containers.stop(container);
        }
    }

    @Override
    public void start(String sandboxId) throws ComputeException {
        Containers containers = containers();
        Found found = containers.ofSandbox(sandboxId).stream()
                .findFirst()
                .orElseThrow(() -> new ComputeException(
                        Kind.PRECONDITION, sandboxId + ": no container (expected: one that was created)"));
        containers.start(found.id());
    }

    @Override
    public void delete(String sandboxId) throws ComputeException {
        Containers containers = containers();
        for (String container : containers.idsOfSandbox(sandboxId)) {
            containers.remove(container);
        }
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
        watches.clear();
    }

    private Containers containers() throws ComputeException {
        return new Containers(connection.engine());
    }
}
