package io.openshell.plugin.local;

import io.openshell.api.compute.Capabilities;
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
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Sandboxes on this machine: a workload is a launcher process. What it makes (namespaces, mounts, processes) is the
 * kernel's to remove when it ends, so a workload that has ended is gone: there is nothing to keep, and nothing to start
 * again.
 */
final class LocalDriver implements ComputeDriver {

    private static final Capabilities CAPABILITIES =
            new Capabilities(Capabilities.Root.HOST_PATHS, Capabilities.Network.LAUNCHER, Set.of(), false, false);

    /** An orderly end takes some milliseconds. */
    private static final long ORDERLY_MILLIS = 1_000;

    private static final long KILLED_MILLIS = 10_000;

    private final ComputeHost host;
    private final KernelCheck kernel;
    private final ConcurrentMap<String, LauncherProcess> running = new ConcurrentHashMap<>();
    private final Watchers watchers = new Watchers();

    LocalDriver(ComputeHost host, KernelCheck kernel) {
        this.host = host;
        this.kernel = kernel;
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
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
    public List<Problem> validate(SandboxRequest request) {
        List<Problem> problems = new ArrayList<>();
        if (request.image() != null) {
            problems.add(new Problem(
                    "image", "image: " + request.image() + " (expected: none; this machine's own files are shown)"));
        }
        SandboxRequest.Resources resources = request.resources();
        if (!resources.equals(SandboxRequest.Resources.UNLIMITED)) {
            problems.add(new Problem(
                    "resources", "resources: " + resources + " (expected: none; this driver limits nothing)"));
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
        String id = request.id();
        LauncherProcess known = running.get(id);
        if (known != null) {
            return workload(id, known);
        }
        LauncherProcess launcher = host.startLauncher(request.controlSocket());
        running.put(id, launcher);
        watchers.tell(new WorkloadEvent.Seen(workload(id, launcher)));
        // Also when it has ended already: then this runs at once.
        var unused = launcher.exit().whenComplete((status, failure) -> gone(id, launcher));
        return workload(id, launcher);
    }

    @Override
    public Optional<Workload> find(String sandboxId) {
        return Optional.ofNullable(running.get(sandboxId)).map(launcher -> workload(sandboxId, launcher));
    }

    @Override
    public List<Workload> list() {
        return running.entrySet().stream()
                .map(entry -> workload(entry.getKey(), entry.getValue()))
                .toList();
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
        LauncherProcess launcher = running.get(sandboxId);
        if (launcher == null) {
            return;
        }
        if (!ended(launcher, ORDERLY_MILLIS)) {
            kill(launcher);
        }
        gone(sandboxId, launcher);
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

    private void gone(String id, LauncherProcess launcher) {
        if (running.remove(id, launcher)) {
            watchers.tell(new WorkloadEvent.Gone(id));
        }
    }

    private static Workload workload(String id, LauncherProcess launcher) {
        return new Workload(id, Long.toString(launcher.pid()), State.RUNNING, "");
    }
}
