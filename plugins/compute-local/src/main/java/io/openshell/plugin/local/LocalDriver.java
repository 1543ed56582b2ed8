package io.openshell.plugin.local;

import io.openshell.api.compute.Capabilities;
import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.ComputeException.Kind;
import io.openshell.api.compute.ComputeHost;
import io.openshell.api.compute.ComputeHost.LauncherProcess;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.Workload;
import io.openshell.api.compute.Workload.State;
import io.openshell.api.compute.WorkloadEvent;
import io.openshell.api.config.Problem;
import io.openshell.plugin.local.cgroup.Cgroups;
import io.openshell.plugin.local.cgroup.LimitedGroup;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Sandboxes on this machine: a workload is a launcher process. What it makes (namespaces, mounts, processes) is the
 * kernel's to remove when it ends, so a workload that has ended is gone: there is nothing to keep, and nothing to start
 * again.
 */
final class LocalDriver implements ComputeDriver {

    /** An orderly end takes some milliseconds. */
    private static final long ORDERLY_MILLIS = 1_000;

    private static final long KILLED_MILLIS = 10_000;

    /** The kernel lets go of a group a moment after its last process. */
    private static final long EMPTIED_MILLIS = 2_000;

    private static final long POLL_MILLIS = 5;

    private final ComputeHost host;
    private final KernelCheck kernel;
    private final Cgroups cgroups;
    private final ConcurrentMap<String, Running> running = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, LimitedGroup> groups = new ConcurrentHashMap<>();
    private final Lock starting = new ReentrantLock();
    private final Watchers watchers = new Watchers();

    LocalDriver(ComputeHost host, KernelCheck kernel, Cgroups cgroups) {
        this.host = host;
        this.kernel = kernel;
        this.cgroups = cgroups;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Capabilities.Root.HOST_PATHS, Capabilities.Network.LAUNCHER, false, false);
    }

    @Override
    public Set<Limit> limits() {
        Set<Limit> limits = EnumSet.allOf(Limit.class);
        cgroups.attempt().unmet().forEach(unmet -> limits.remove(unmet.limit()));
        return limits;
    }

    @Override
    public List<Problem> check() {
        List<Problem> problems = new ArrayList<>(kernel.problems());
        if (!Files.isExecutable(host.launcher())) {
            problems.add(new Problem(
                    "launcher", host.launcher() + ": not executable (expected: the launcher of this distribution)"));
        }
        return problems;
    }

    @Override
    public List<Problem> shortcomings() {
        return cgroups.attempt().unmet().stream()
                .map(unmet -> new Problem(
                        "limits." + unmet.limit().name().toLowerCase(Locale.ROOT),
                        unmet.reason() + " (expected: a limit that can be set; " + unmet.remedy() + ")"))
                .toList();
    }

    @Override
    public List<Problem> validate(SandboxRequest request) {
        List<Problem> problems = new ArrayList<>();
        if (request.image() != null) {
            problems.add(new Problem(
                    "image", "image: " + request.image() + " (expected: none; this machine's own files are shown)"));
        }
        if (!request.mounts().isEmpty()) {
            problems.add(new Problem(
                    "mounts",
                    "mount: " + request.mounts().getFirst().source()
                            + " (expected: none; the policy says which of this machine's files are shown)"));
        }
        if (!request.devices().isEmpty()) {
            problems.add(new Problem(
                    "devices", "gpu: " + request.devices().getFirst() + " (expected: none; needs docker or podman)"));
        }
        if (request.user() <= 0 || request.group() <= 0) {
            problems.add(new Problem(
                    "user", "user: " + request.user() + ":" + request.group() + " (expected: numbers from 1)"));
        }
        return problems;
    }

    @Override
    public Workload create(SandboxRequest request, Progress progress) throws ComputeException {
        List<Problem> problems = validate(request);
        if (!problems.isEmpty()) {
            throw new ComputeException(Kind.INVALID, problems.getFirst().message());
        }
        // Starting takes some milliseconds, so that all may wait for one.
        starting.lock();
        try {
            Running known = running.get(request.id());
            return known != null ? known.workload() : started(request);
        } finally {
            starting.unlock();
        }
    }

    private Workload started(SandboxRequest request) throws ComputeException {
        String id = request.id();
        LauncherProcess launcher = host.startLauncher(request.controlSocket());
        // Race-free: the launcher starts nothing before it is told to, which is after this method has returned.
        LimitedGroup group = cgroups.limit(id, request.resources(), launcher.pid());
        Running created = new Running(id, launcher, group);
        groups.put(id, group);
        running.put(id, created);
        watchers.tell(new WorkloadEvent.Seen(created.workload()));
        // Also when it has ended already: then this runs at once.
        var unused = launcher.exit().whenComplete((status, failure) -> gone(created));
        return created.workload();
    }

    @Override
    public Workload adopt(String sandboxId, String instance) throws ComputeException {
        // The launcher is alive, for it has just spoken to this process's supervisor: its number is still its own.
        ProcessHandle process = AdoptedLauncher.find(instance)
                .orElseThrow(() -> new ComputeException(
                        Kind.PRECONDITION, "launcher " + instance + ": not there (expected: running)"));
        LauncherProcess launcher = new LauncherProcess(process.pid(), AdoptedLauncher.exit(process));
        LimitedGroup group = cgroups.adopt(sandboxId, process.pid());
        Running adopted = new Running(sandboxId, launcher, group);
        groups.put(sandboxId, group);
        running.put(sandboxId, adopted);
        watchers.tell(new WorkloadEvent.Seen(adopted.workload()));
        var unused = launcher.exit().whenComplete((status, failure) -> gone(adopted));
        return adopted.workload();
    }

    @Override
    public Optional<Workload> find(String sandboxId) {
        return Optional.ofNullable(running.get(sandboxId)).map(Running::workload);
    }

    @Override
    public List<Workload> list() {
        return running.values().stream().map(Running::workload).toList();
    }

    @Override
    public Watch watch(Consumer<WorkloadEvent> listener) {
        return watchers.add(listener, this::list);
    }

    @Override
    public void stop(String sandboxId) throws ComputeException {
        end(sandboxId);
    }

    @Override
    public void start(String sandboxId) throws ComputeException {
        if (!running.containsKey(sandboxId)) {
            throw new ComputeException(
                    Kind.PRECONDITION, sandboxId + ": ended (expected: running; a local sandbox is not started again)");
        }
    }

    @Override
    public void delete(String sandboxId) throws ComputeException {
        end(sandboxId);
    }

    @Override
    public void close() {
        watchers.close();
    }

    /** Waits a little for the launcher to end by itself, then kills it; its sandbox ends with it. */
    private void end(String sandboxId) throws ComputeException {
        Running found = running.get(sandboxId);
        if (found != null) {
            if (!ended(found.launcher(), ORDERLY_MILLIS)) {
                kill(found.launcher());
            }
            gone(found);
        }
        removeGroup(sandboxId);
    }

    /** What is left when this driver is killed, the next start removes. */
    private void removeGroup(String sandboxId) throws ComputeException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(EMPTIED_MILLIS);
        while (!isGroupGone(sandboxId)) {
            if (System.nanoTime() - deadline >= 0) {
                throw new ComputeException(
                        Kind.TIMEOUT, "control group of " + sandboxId + ": has processes (expected: none any more)");
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ComputeException(Kind.UNAVAILABLE, "interrupted (expected: the control group's end)", e);
            }
        }
    }

    private boolean isGroupGone(String sandboxId) {
        LimitedGroup group = groups.get(sandboxId);
        if (group == null || group.remove()) {
            groups.remove(sandboxId);
            return true;
        }
        return false;
    }

    private static void kill(LauncherProcess launcher) throws ComputeException {
        ProcessHandle.of(launcher.pid()).ifPresent(ProcessHandle::destroyForcibly);
        if (!ended(launcher, KILLED_MILLIS)) {
            throw new ComputeException(
                    Kind.TIMEOUT, "launcher " + launcher.pid() + ": still there (expected: ended when killed)");
        }
    }

    private static boolean ended(LauncherProcess launcher, long millis) throws ComputeException {
        try {
            launcher.exit().get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            // Whoever started it does not know any more; the process itself does.
            return ProcessHandle.of(launcher.pid()).isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ComputeException(Kind.UNAVAILABLE, "interrupted (expected: the launcher's end)", e);
        }
    }

    private void gone(Running ended) {
        if (running.remove(ended.id(), ended)) {
            isGroupGone(ended.id());
            watchers.tell(new WorkloadEvent.Gone(ended.id()));
        }
    }

    /** A launcher that has not ended, as far as is known. */
    private record Running(String id, LauncherProcess launcher, LimitedGroup group) {

        private Workload workload() {
            return new Workload(id, Long.toString(launcher.pid()), State.RUNNING, "", group.limits());
        }
    }
}
