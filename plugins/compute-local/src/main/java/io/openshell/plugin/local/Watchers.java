package io.openshell.plugin.local;

import io.openshell.api.compute.ComputeDriver.Watch;
import io.openshell.api.compute.Workload;
import io.openshell.api.compute.WorkloadEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Tells listeners of changes, each on one thread of its own, in order. */
final class Watchers {

    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

    /** Begins with everything that is there now. */
    synchronized Watch add(Consumer<WorkloadEvent> listener, Supplier<List<Workload>> present) {
        Watcher watcher = new Watcher(listener);
        for (Workload workload : present.get()) {
            watcher.tell(new WorkloadEvent.Seen(workload));
        }
        watchers.add(watcher);
        return () -> {
            watchers.remove(watcher);
            watcher.end();
        };
    }

    synchronized void tell(WorkloadEvent event) {
        watchers.forEach(watcher -> watcher.tell(event));
    }

    void close() {
        watchers.forEach(Watcher::end);
        watchers.clear();
    }

    private static final class Watcher {

        private final Consumer<WorkloadEvent> listener;
        private final ExecutorService thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("local-watch").factory());

        private Watcher(Consumer<WorkloadEvent> listener) {
            this.listener = listener;
        }

        private void tell(WorkloadEvent event) {
            try {
                thread.execute(() -> listener.accept(event));
            } catch (RejectedExecutionException e) {
                // The watch was closed at the same moment.
                return;
            }
        }

        private void end() {
            thread.shutdown();
        }
    }
}
