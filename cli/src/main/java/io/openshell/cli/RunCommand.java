package io.openshell.cli;

import io.openshell.core.event.ConfigEvents;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.plugin.PluginHost;
import io.openshell.core.policy.Policy;
import io.openshell.supervisor.sandbox.CommandSpec;
import io.openshell.supervisor.sandbox.DriverCatalog;
import io.openshell.supervisor.sandbox.HostEntry;
import io.openshell.supervisor.sandbox.RunningCommand;
import io.openshell.supervisor.sandbox.RunningSandbox;
import io.openshell.supervisor.sandbox.SandboxException;
import io.openshell.supervisor.sandbox.SandboxSpec;
import io.openshell.supervisor.sandbox.Stdio;
import io.openshell.supervisor.sandbox.Supervisor;
import io.openshell.supervisor.sandbox.SupervisorConfig;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** {@code openshell run}: one command in a sandbox of its own. */
final class RunCommand implements Command {

    private static final int OWN_FAILURE = SandboxException.OWN_FAILURE;

    @Override
    public picocli.CommandLine.Model.CommandSpec spec() {
        var spec = picocli.CommandLine.Model.CommandSpec.create().name("run");
        RunOptions.describe(spec);
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
                        "  openshell run --workdir . --env ANTHROPIC_LOG=debug -v -- claude");
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
        try (PluginHost plugins = PolicyOptions.plugins(session, OWN_FAILURE)) {
            return logged(options, plugins, session);
        }
    }

    /** The log is open before the policy is read, so that a policy that is refused is on record. */
    private static int logged(RunOptions options, PluginHost plugins, Session session) throws CommandFailure {
        Clock clock = Clock.systemUTC();
        String name = options.name().orElseGet(MadeUpName::next);
        SandboxInfo sandbox = new SandboxInfo(name, name);
        EventLog.Exporters exporters =
                errors -> new LogExporters(plugins.logExporters(), OWN_FAILURE).start(options.logExporters(), errors);
        try (EventLog log = EventLog.open(session, sandbox, options.events(), exporters, clock)) {
            Policy policy = new RunPolicy(session.console(), log.sink(), new ConfigEvents(sandbox, clock), OWN_FAILURE)
                    .load(plugins, options.policy());
            SupervisorConfig config = new SupervisorConfig(
                    session.prelude().broker(OWN_FAILURE),
                    DriverCatalog.of(plugins),
                    log.sink(),
                    clock,
                    session.console()::note);
            return confined(sandbox(name, policy, options), options, config, session.console());
        } catch (SandboxException e) {
            throw new CommandFailure(e.exitCode(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CommandFailure(OWN_FAILURE, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(OWN_FAILURE, "run: interrupted");
        }
    }

    private static int confined(SandboxSpec spec, RunOptions options, SupervisorConfig config, Console console)
            throws SandboxException, IOException, InterruptedException {
        try (Supervisor supervisor = Supervisor.open(config);
                RunningSandbox sandbox = supervisor.create(spec)) {
            sandbox.unmetLimits().forEach(console::warning);
            if (options.attest().isPresent()) {
                AttestationFile.write(options.attest().get(), spec.name(), sandbox.report());
            }
            int status = run(sandbox, options);
            sandbox.reachedLimits().forEach(line -> console.note("openshell: " + line));
            return status;
        }
    }

    private static int run(RunningSandbox sandbox, RunOptions options) throws SandboxException, InterruptedException {
        try (RunningCommand command = sandbox.start(command(options))) {
            return command.waitFor();
        }
    }

    private static SandboxSpec sandbox(String name, Policy policy, RunOptions options) {
        List<HostEntry> hosts = options.addHosts().entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(address -> new HostEntry(entry.getKey(), address)))
                .toList();
        return new SandboxSpec(
                name,
                policy,
                options.driver().orElse(SandboxSpec.LOCAL),
                options.image(),
                hosts,
                options.workdir(),
                options.upstreamCas(),
                options.limits(),
                options.loopback());
    }

    private static CommandSpec command(RunOptions options) {
        return new CommandSpec(
                options.command(),
                options.environment(),
                Stdio.ofThisProcess(),
                Optional.of(options.timeout()).filter(timeout -> !timeout.isZero()));
    }
}
