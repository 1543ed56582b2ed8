package io.openshell.supervisor.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.openshell.core.event.SecurityEvent;
import io.openshell.core.policy.InspectorCatalog;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.Policy;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicySource;
import io.openshell.core.policy.RestrictiveDefault;
import io.openshell.plugin.local.LocalPlugin;
import io.openshell.supervisor.prelude.LauncherBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A supervisor with the real launcher and the local driver, for tests; it remembers events. */
final class Sandboxes implements AutoCloseable {

    /** Where the build puts the launcher. */
    static final Path LAUNCHER =
            Path.of(System.getProperty("openshell.launcher", "../native/target/openshell-launcher"));

    private final LauncherBroker broker;
    private final Supervisor supervisor;
    private final List<SecurityEvent> events = new CopyOnWriteArrayList<>();

    private Sandboxes(LauncherBroker broker) {
        this.broker = broker;
        this.supervisor = Supervisor.open(new SupervisorConfig(
                broker,
                DriverCatalog.of(new LocalPlugin().computeDrivers()),
                events::add,
                Clock.systemUTC(),
                step -> {}));
    }

    static Sandboxes open() throws IOException {
        return new Sandboxes(LauncherBroker.start(LAUNCHER.toAbsolutePath().normalize()));
    }

    LauncherBroker broker() {
        return broker;
    }

    Supervisor supervisor() {
        return supervisor;
    }

    /** What was reported, in the short notation. */
    List<String> events() {
        return events.stream().map(SecurityEvent::shorthand).toList();
    }

    static Policy policy(String text) {
        LoadResult result = new PolicyLoader(InspectorCatalog.of(List.of())).load(new PolicySource("test", text));
        if (result instanceof LoadResult.Loaded loaded) {
            return loaded.policy();
        }
        throw new IllegalArgumentException(result.toString());
    }

    /** The policy that holds when there is none. */
    static Policy restrictive() {
        return policy(RestrictiveDefault.source().text());
    }

    /** Runs a command in a sandbox of its own. */
    Outcome run(SandboxSpec spec, String... command) throws Exception {
        try (RunningSandbox sandbox = supervisor.create(spec)) {
            return run(sandbox, command);
        }
    }

    static Outcome run(RunningSandbox sandbox, String... command) throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        CommandSpec spec =
                new CommandSpec(List.of(command), Map.of(), new Stdio.Captured(output, errors), Optional.empty());
        try (RunningCommand running = sandbox.start(spec)) {
            int status = running.waitFor();
            return new Outcome(status, output.toString(UTF_8), errors.toString(UTF_8));
        }
    }

    @Override
    public void close() {
        supervisor.close();
        broker.close();
    }

    /** What became of a command. */
    record Outcome(int status, String output, String errors) {}
}
