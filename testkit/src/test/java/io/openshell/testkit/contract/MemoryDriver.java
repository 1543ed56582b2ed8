package io.openshell.testkit.contract;

import io.openshell.api.compute.Capabilities;
import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.Limits;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.SandboxRequest.Resources;
import io.openshell.api.compute.Workload;
import io.openshell.api.compute.WorkloadEvent;
import io.openshell.api.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A driver of a platform that is a map: it keeps the contract, and does what it is told to do wrong. */
final class MemoryDriver implements ComputeDriver {

    /** What it does wrong. */
    enum Fault {
        NONE,
        MAKES_TWO_OF_ONE,
        FORGETS_TO_DELETE,
        FAILS_ON_UNKNOWN,
        FORGETS_A_LIMIT,
        REFUSES_A_LIMIT,
        LOOSENS_A_LIMIT,
        IS_SILENT_ABOUT_ENDS
    }

    private final Fault fault;
    private final Map<String, Workload> workloads;
    private final List<Consumer<WorkloadEvent>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger instances = new AtomicInteger();

    /** @param workloads the platform, which another driver may share */
    MemoryDriver(Fault fault, Map<String, Workload> workloads) {
        this.fault = fault;
        this.workloads = workloads;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Capabilities.Root.IMAGE, Capabilities.Network.PLATFORM, true, true);
    }

    @Override
    public Set<Limit> limits() {
        return Set.of(Limit.PIDS);
    }

    @Override
    public List<Problem> check() {
        return List.of();
    }

    @Override
    public List<Problem> validate(SandboxRequest request) {
        if (fault == Fault.REFUSES_A_LIMIT && request.resources().cpus() != null) {
            return List.of(new Problem("resources", "cpus: given (expected: none)"));
        }
        return request.image() == null
                ? List.of(new Problem("image", "missing (expected: an image's name)"))
                : List.of();
    }

    @Override
    public synchronized Workload create(SandboxRequest request, Progress progress) {
        Workload existing = workloads.get(request.id());
        if (existing != null && fault != Fault.MAKES_TWO_OF_ONE) {
            return existing;
        }
        progress.step("making an entry");
        return put(new Workload(
                request.id(),
                "entry-" + instances.incrementAndGet(),
                Workload.State.RUNNING,
                "",
                limits(request.resources())));
    }

    /** It can limit the number of processes, for it starts none. */
    private Limits limits(Resources asked) {
        Integer pids = asked.pids();
        if (pids != null && fault == Fault.LOOSENS_A_LIMIT) {
            pids = pids * 2;
        }
        List<Limits.Unmet> unmet = new ArrayList<>();
        if (asked.memoryBytes() != null) {
            unmet.add(new Limits.Unmet(Limit.MEMORY, "an entry takes what it takes", "use another driver"));
        }
        if (asked.cpus() != null && fault != Fault.FORGETS_A_LIMIT) {
            unmet.add(new Limits.Unmet(Limit.CPU, "an entry takes no time", "use another driver"));
        }
        return new Limits(new Resources(pids, null, null), unmet, Map.of());
    }

    private Workload put(Workload workload) {
        workloads.put(workload.sandboxId(), workload);
        tell(new WorkloadEvent.Seen(workload));
        return workload;
    }

    private void tell(WorkloadEvent event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    @Override
    public Optional<Workload> find(String sandboxId) {
        return Optional.ofNullable(workloads.get(sandboxId));
    }

    @Override
    public List<Workload> list() {
        return List.copyOf(workloads.values());
    }

    @Override
    public Watch watch(Consumer<WorkloadEvent> listener) {
        listeners.add(listener);
        workloads.values().forEach(workload -> listener.accept(new WorkloadEvent.Seen(workload)));
        return () -> listeners.removeIf(Predicate.isEqual(listener));
    }

    @Override
    public void stop(String sandboxId) throws ComputeException {
        change(sandboxId, Workload.State.STOPPED);
    }

    @Override
    public void start(String sandboxId) throws ComputeException {
        if (!workloads.containsKey(sandboxId)) {
            throw new ComputeException(ComputeException.Kind.PRECONDITION, sandboxId + ": no such workload");
        }
        change(sandboxId, Workload.State.RUNNING);
    }

    private void change(String sandboxId, Workload.State state) throws ComputeException {
        Workload workload = workloads.get(sandboxId);
        if (workload != null) {
            put(new Workload(sandboxId, workload.instance(), state, "", workload.limits()));
        } else if (fault == Fault.FAILS_ON_UNKNOWN) {
            throw new ComputeException(ComputeException.Kind.INVALID, sandboxId + ": no such workload");
        }
    }

    @Override
    public void delete(String sandboxId) {
        if (fault == Fault.FORGETS_TO_DELETE || workloads.remove(sandboxId) == null) {
            return;
        }
        if (fault != Fault.IS_SILENT_ABOUT_ENDS) {
            tell(new WorkloadEvent.Gone(sandboxId));
        }
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
