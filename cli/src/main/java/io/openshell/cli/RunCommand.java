package io.openshell.cli;

import io.openshell.core.inference.InferenceSettings;
import io.openshell.core.plugin.PluginHost;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.supervisor.control.KeptState.CallerFacts;
import io.openshell.supervisor.sandbox.CommandSpec;
import io.openshell.supervisor.sandbox.HostEntry;
import io.openshell.supervisor.sandbox.Outliving;
import io.openshell.supervisor.sandbox.RunningCommand;
import io.openshell.supervisor.sandbox.RunningSandbox;
import io.openshell.supervisor.sandbox.SandboxException;
import io.openshell.supervisor.sandbox.SandboxSpec;
import io.openshell.supervisor.sandbox.Stdio;
import io.openshell.supervisor.sandbox.Supervisor;
import io.openshell.supervisor.terminal.Signals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.ParseResult;

/** {@code openshell run}: one command in a sandbox of its own. */
final class RunCommand implements Command {

    private static final int OWN_FAILURE = SandboxException.OWN_FAILURE;

    @Override
    public picocli.CommandLine.Model.CommandSpec spec() {
        var spec = picocli.CommandLine.Model.CommandSpec.create().name("run");
        RunOptions.describe(spec);
        InferenceOptions.describe(spec);
        // What follows the first word of the agent's command belongs to the agent.
        spec.parser().stopAtPositional(true);
        spec.usageMessage()
                .description("Runs a command in a sandbox that allows what the policy declares and nothing else.%n")
                .footer(
                        "",
                        "Exit status: the command's; 128+N if signal N ended it; 124 after --timeout; 125 if OpenShell"
                                + " failed",
                        "before the command ran; 126 and 127 if the command cannot be executed or found.",
                        "",
                        "Examples:",
                        "  openshell run -- python3 agent.py",
                        "  openshell run --policy examples/github-read.yaml -- curl -sS https://api.github.com/zen",
                        "  openshell run --driver podman --image alpine -- sh -c 'id; pwd'",
                        "  openshell run --image node:24 --mount ./data:/data:ro -- node agent.js",
                        "  openshell run --policy policy.yaml --watch-policy -- claude",
                        "  openshell run --workdir . --env ANTHROPIC_LOG=debug -v -- claude",
                        "  openshell run --inference provider=anthropic,model=claude-sonnet-4-5 -- claude",
                        "  openshell run --policy p.yaml --credential GITHUB_TOKEN@api.github.com -- gh repo list",
                        "  openshell run --policy p.yaml --provider claude-code --workdir . -- claude");
        return spec;
    }

    @Override
    public int usageStatus() {
        return OWN_FAILURE;
    }

    @Override
    public int failureStatus() {
        return OWN_FAILURE;
    }

    @Override
    public int run(ParseResult parsed, Session session) throws CommandFailure {
        RunOptions options = RunOptions.of(parsed, session.environment(), OWN_FAILURE);
        String name = options.name().orElseGet(MadeUpName::next);
        try (PluginHost plugins = PolicyOptions.plugins(session, OWN_FAILURE)) {
            SupervisedRun run = new SupervisedRun(session, plugins, name, options.events(), options.logExporters());
            return run.with((policies, configuration) -> {
                try (EarlySupervisor early = EarlySupervisor.open(configuration)) {
                    options.image().ifPresent(image -> early.lookAhead(options.driver(), image));
                    LoadResult.Loaded policy = policies.load(
                            plugins, options.policy(), options.image().isPresent());
                    Optional<WatchedPolicy> watched = WatchedPolicy.of(options, policy.policy(), OWN_FAILURE);
                    try (InferenceSettings inference = InferenceOptions.of(parsed, session, OWN_FAILURE);
                            RunCredentials credentials =
                                    RunCredentials.of(options, policy.policy(), session, OWN_FAILURE);
                            Supervisor supervisor = early.take()) {
                        String driver = driver(options, supervisor, session.console());
                        Prepared prepared = new Prepared(policy, watched, credentials, inference);
                        return confined(
                                sandbox(name, driver, prepared, options, session),
                                options,
                                supervisor,
                                watched.map(it -> new PolicyWatch.Plan(it, new PolicyLoader(plugins), policy.source())),
                                session.console());
                    }
                }
            });
        }
    }

    private static String driver(RunOptions options, Supervisor supervisor, Console console) throws SandboxException {
        if (options.driver().isPresent() || options.image().isEmpty()) {
            return options.driver().orElse(SandboxSpec.LOCAL);
        }
        String driver = supervisor.driverForImages();
        console.note("openshell: driver " + driver);
        return driver;
    }

    private static int confined(
            SandboxSpec spec,
            RunOptions options,
            Supervisor supervisor,
            Optional<PolicyWatch.Plan> plan,
            Console console)
            throws SandboxException, IOException, InterruptedException {
        try (RunSignals signals = RunSignals.take()) {
            try (RunningSandbox sandbox = supervisor.create(spec)) {
                sandbox.unmetLimits().forEach(console::warning);
                if (options.attest().isPresent()) {
                    AttestationFile.write(options.attest().get(), spec.name(), sandbox.report());
                }
                Ended ended = run(sandbox, options, plan, signals);
                sandbox.reachedLimits().forEach(line -> console.note("openshell: " + line));
                if (ended.lost()) {
                    tellLost(supervisor, spec.driver(), sandbox, console);
                }
                return ended.status();
            } catch (SandboxException | IOException | InterruptedException | RuntimeException e) {
                OptionalInt signal = signals.early();
                if (signal.isEmpty()) {
                    throw e;
                }
                // It was interrupted, whatever it says.
                console.note("openshell: ended by signal " + signal.getAsInt() + " before its command ran");
                return Signals.status(signal.getAsInt());
            }
        }
    }

    /** Says why a command's sandbox has ended, and it with it. */
    static void tellLost(Supervisor supervisor, String driver, RunningSandbox sandbox, Console console)
            throws SandboxException, InterruptedException {
        String why = supervisor.whyEnded(driver, sandbox.info().id());
        console.error("sandbox: ended from outside: " + why + " (expected: until its command ends)");
    }

    /**
     * How a command ended.
     *
     * @param lost whether because its sandbox did
     */
    private record Ended(int status, boolean lost) {}

    private static Ended run(
            RunningSandbox sandbox, RunOptions options, Optional<PolicyWatch.Plan> plan, RunSignals signals)
            throws SandboxException, InterruptedException {
        Optional<PolicyWatch> watch = plan.map(it -> PolicyWatch.start(it, sandbox));
        try (RunningCommand command = sandbox.start(command(options))) {
            int status = command.waitFor();
            signals.commandEnded();
            return new Ended(status, command.isLost());
        } finally {
            watch.ifPresent(PolicyWatch::close);
        }
    }

    /** What was made ready before there is a sandbox. */
    private record Prepared(
            LoadResult.Loaded policy,
            Optional<WatchedPolicy> watched,
            RunCredentials credentials,
            InferenceSettings inference) {}

    private static SandboxSpec sandbox(
            String name, String driver, Prepared prepared, RunOptions options, Session session) {
        List<HostEntry> hosts = options.addHosts().entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(address -> new HostEntry(entry.getKey(), address)))
                .toList();
        return new SandboxSpec(
                name,
                prepared.policy().policy(),
                driver,
                options.image(),
                hosts,
                options.workdir(),
                options.upstreamCas(),
                options.limits(),
                options.loopback(),
                options.container(),
                prepared.credentials().store(),
                options.resumable()
                        ? Optional.of(new Outliving(
                                prepared.policy().source(), facts(options, prepared, session), session.environment()))
                        : Optional.empty(),
                prepared.inference());
    }

    /** Wherever it is resumed from, it is the same files. */
    private static CallerFacts facts(RunOptions options, Prepared prepared, Session session) {
        return new CallerFacts(
                options.events().map(RunCommand::absolute),
                options.logExporters().stream().map(RunCommand::absoluteOptions).toList(),
                session.addedPluginDirectories().stream()
                        .map(RunCommand::absolute)
                        .toList(),
                prepared.watched().map(WatchedPolicy::kept),
                prepared.credentials().kept(),
                prepared.credentials().seen());
    }

    private static String absolute(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }

    private static String absoluteOptions(String exporter) {
        int equals = exporter.indexOf('=');
        return equals < 0
                ? exporter
                : exporter.substring(0, equals + 1) + absolute(Path.of(exporter.substring(equals + 1)));
    }

    private static CommandSpec command(RunOptions options) {
        return new CommandSpec(
                options.command(),
                options.environment(),
                Stdio.ofThisProcess(),
                Optional.of(options.timeout()).filter(timeout -> !timeout.isZero()));
    }
}
