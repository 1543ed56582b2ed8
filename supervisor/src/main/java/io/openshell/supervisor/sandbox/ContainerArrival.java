package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.Workload;
import io.openshell.supervisor.control.ControlSocket;
import io.openshell.supervisor.control.LauncherConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The wait for a container's launcher to connect, which ends at once with the container. One that starts well is not
 * asked for: it is here before the first look.
 *
 * @param id the sandbox's
 */
record ContainerArrival(ComputeDriver driver, String id, LaunchingHost host) {

    private static final Duration LOOK_AFTER = Duration.ofSeconds(1);

    LauncherConnection await(ControlSocket control, String name, Duration atMost) throws IOException, SandboxException {
        AtomicReference<String> end = new AtomicReference<>();
        Thread watch = Thread.ofVirtual().start(() -> watch(control, end));
        try {
            return control.accept(name, atMost);
        } catch (IOException e) {
            String why = end.get();
            if (why == null) {
                throw e;
            }
            throw new SandboxException(why, e);
        } finally {
            watch.interrupt();
        }
    }

    private void watch(ControlSocket control, AtomicReference<String> end) {
        try {
            while (end.get() == null) {
                Thread.sleep(LOOK_AFTER);
                endOf(driver.find(id)).ifPresent(end::set);
            }
            host.stopWaiting(control.path());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ComputeException e) {
            end.set("container: " + e.getMessage());
            host.stopWaiting(control.path());
        }
    }

    private static Optional<String> endOf(Optional<Workload> found) {
        if (found.isEmpty()) {
            return Optional.of("container: gone (expected: running; somebody has removed it)");
        }
        return switch (found.get().state()) {
            case STARTING, RUNNING -> Optional.empty();
            case STOPPED, FAILED ->
                Optional.of("container: ended before its launcher connected: "
                        + found.get().detail() + " (expected: running)");
        };
    }
}
