package io.openshell.cli.demo;

import io.openshell.core.address.IpLiteral;
import io.openshell.core.event.EventPipeline;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.policy.Policy;
import io.openshell.core.policy.PolicySource;
import io.openshell.supervisor.prelude.LauncherBroker;
import io.openshell.supervisor.sandbox.CommandSpec;
import io.openshell.supervisor.sandbox.DriverCatalog;
import io.openshell.supervisor.sandbox.HostEntry;
import io.openshell.supervisor.sandbox.RunningSandbox;
import io.openshell.supervisor.sandbox.SandboxException;
import io.openshell.supervisor.sandbox.SandboxReport;
import io.openshell.supervisor.sandbox.SandboxSpec;
import io.openshell.supervisor.sandbox.Stdio;
import io.openshell.supervisor.sandbox.Supervisor;
import io.openshell.supervisor.sandbox.SupervisorConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts the upstream and the sandbox, runs the scenes, and prints what happened. */
public final class DemoTour {

    private static final String NAME = "demo";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration EVENT_PATIENCE = Duration.ofSeconds(5);
    private static final int CANNOT_EXECUTE = 126;
    private static final int NOT_FOUND = 127;

    private final PrintStream out;
    private final PrintStream errors;
    private final DemoStyle style;
    private final LauncherBroker broker;
    private final DriverCatalog drivers;
    private final DemoEvents events = new DemoEvents();

    /**
     * @param out where the tour is printed
     * @param errors told of events that cannot be shown
     * @param colour whether to use colour
     */
    public DemoTour(PrintStream out, PrintStream errors, boolean colour, LauncherBroker broker, DriverCatalog drivers) {
        this.out = out;
        this.errors = errors;
        this.style = new DemoStyle(colour);
        this.broker = broker;
        this.drivers = drivers;
    }

    /** The policy that holds in the demo's sandbox. */
    public static PolicySource policy() {
        try (InputStream in = DemoTour.class.getResourceAsStream("policy.yaml")) {
            if (in == null) {
                throw new IllegalStateException("the demo's policy is part of this jar");
            }
            return new PolicySource("demo", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs the tour.
     *
     * @return whether everything came out as the policy says
     */
    public boolean run(Policy policy) throws SandboxException, IOException, InterruptedException {
        out.println(style.bold("The policy of this tour"));
        policy().text().lines().forEach(line -> out.println("  " + line));
        Clock clock = Clock.systemUTC();
        try (DemoFolder folder = DemoFolder.create(System.getenv());
                DemoUpstream upstream = DemoUpstream.start(folder.path());
                EventPipeline pipeline =
                        EventPipeline.start(new SandboxInfo(NAME, NAME), clock, List.of(events), errors);
                Supervisor supervisor = Supervisor.open(
                        new SupervisorConfig(broker, drivers, pipeline, clock, step -> out.println("  " + step)));
                RunningSandbox sandbox = supervisor.create(sandbox(policy, upstream))) {
            introduce(sandbox.report());
            return playAll(sandbox, pipeline);
        }
    }

    private static SandboxSpec sandbox(Policy policy, DemoUpstream upstream) {
        HostEntry entry = new HostEntry(
                DemoUpstream.HOST, IpLiteral.parse(DemoLab.ADDRESS).orElseThrow());
        return new SandboxSpec(
                NAME,
                policy,
                SandboxSpec.LOCAL,
                Optional.empty(),
                List.of(entry),
                Optional.empty(),
                List.of(upstream.authority()));
    }

    private void introduce(SandboxReport report) {
        out.println();
        out.println(style.bold("The sandbox") + ", as the kernel " + report.kernel() + " enforces it");
        report.steps().forEach(step -> out.println("  " + step.name() + ": " + step.detail()));
        events.take();
    }

    private boolean playAll(RunningSandbox sandbox, EventPipeline pipeline)
            throws SandboxException, InterruptedException {
        int asDeclared = 0;
        for (DemoScene scene : DemoScene.TOUR) {
            if (play(scene, sandbox, pipeline)) {
                asDeclared++;
            }
        }
        out.println();
        out.println(style.bold(asDeclared + " of " + DemoScene.TOUR.size() + " came out as the policy says."));
        return asDeclared == DemoScene.TOUR.size();
    }

    private boolean play(DemoScene scene, RunningSandbox sandbox, EventPipeline pipeline)
            throws SandboxException, InterruptedException {
        out.println();
        out.println(style.bold(scene.title()));
        out.println("  $ " + scene.typed());
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int status = sandbox.start(new CommandSpec(
                        scene.command(), Map.of(), new Stdio.Captured(said, said), Optional.of(PATIENCE)))
                .waitFor();
        String output = said.toString(StandardCharsets.UTF_8);
        output.lines().forEach(line -> out.println("  " + line));
        pipeline.flush(EVENT_PATIENCE);
        events.take().forEach(line -> out.println("  " + style.dim(line)));
        return judge(scene, status, output);
    }

    private boolean judge(DemoScene scene, int status, String output) {
        if (status == NOT_FOUND || status == CANNOT_EXECUTE) {
            out.println("  " + style.bad("not tried: the program is not on this machine, exit status " + status));
            return false;
        }
        boolean succeeded = scene.succeeded(status, output);
        String outcome = (succeeded ? "went through" : "refused") + ", exit status " + status;
        boolean right = succeeded == scene.allowed();
        out.println("  " + (right ? style.good(outcome) : style.bad(outcome + " (expected: the opposite)")));
        return right;
    }
}
