package io.openshell.supervisor.sandbox;

import io.openshell.core.event.SecurityEvent;
import io.openshell.plugin.local.LocalPlugin;
import io.openshell.supervisor.prelude.SupervisorPrelude;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program of its own that runs one command, as {@code openshell run} does: for tests that signal, kill or replace the
 * terminal of a supervisor. Arguments: {@code [--events] [--timeout MILLIS] [--workdir DIR] -- COMMAND…}.
 */
public final class SandboxProcess {

    private SandboxProcess() {}

    public static void main(String[] arguments) throws Exception {
        SupervisorPrelude prelude =
                SupervisorPrelude.install(Sandboxes.LAUNCHER.toAbsolutePath().normalize());
        Deque<String> left = new ArrayDeque<>(List.of(arguments));
        Optional<Duration> timeout = Optional.empty();
        Optional<Path> workdir = Optional.empty();
        boolean events = false;
        for (String option = left.pop(); !option.equals("--"); option = left.pop()) {
            switch (option) {
                case "--events" -> events = true;
                case "--timeout" -> timeout = Optional.of(Duration.ofMillis(Long.parseLong(left.pop())));
                case "--workdir" -> workdir = Optional.of(Path.of(left.pop()));
                default -> throw new IllegalArgumentException(option);
            }
        }
        boolean shown = events;
        Supervisor supervisor = Supervisor.open(new SupervisorConfig(
                prelude.broker(),
                DriverCatalog.of(new LocalPlugin().computeDrivers()),
                event -> show(shown, event),
                Clock.systemUTC(),
                step -> {}));
        System.exit(
                run(supervisor, workdir, new CommandSpec(List.copyOf(left), Map.of(), Stdio.ofThisProcess(), timeout)));
    }

    private static int run(Supervisor supervisor, Optional<Path> workdir, CommandSpec command) throws Exception {
        SandboxSpec spec = new SandboxSpec(
                "box", Sandboxes.restrictive(), SandboxSpec.LOCAL, Optional.empty(), List.of(), workdir, List.of());
        try (supervisor;
                RunningSandbox sandbox = supervisor.create(spec);
                RunningCommand running = sandbox.start(command)) {
            return running.waitFor();
        } catch (SandboxException e) {
            System.err.println("error: " + e.getMessage());
            return e.exitCode();
        }
    }

    private static void show(boolean shown, SecurityEvent event) {
        if (shown) {
            System.err.println(event.shorthand());
        }
    }
}
