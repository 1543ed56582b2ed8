package io.openshell.cli;

import io.openshell.cli.credential.AgentPaths;
import io.openshell.core.inference.InferenceSettings;
import io.openshell.core.plugin.PluginHost;
import io.openshell.core.policy.FilesystemPolicy;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.supervisor.control.KeptState.CallerFacts;
import io.openshell.supervisor.control.ResumeSocket.Resumable;
import io.openshell.supervisor.sandbox.ResumableSandbox;
import io.openshell.supervisor.sandbox.ResumedSandbox;
import io.openshell.supervisor.sandbox.SandboxException;
import io.openshell.supervisor.sandbox.Supervisor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code openshell resume}: takes over a sandbox whose supervisor has died. */
final class ResumeCommand implements Command {

    private static final int OWN_FAILURE = SandboxException.OWN_FAILURE;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create()
                .name("resume")
                .addOption(OutputFormat.option())
                .addPositional(PositionalParamSpec.builder()
                        .paramLabel("NAME")
                        .type(String.class)
                        .arity("0..1")
                        .description("The sandbox to take over. Default: list those that can be.")
                        .build());
        InferenceOptions.describe(spec);
        spec.usageMessage()
                .description(
                        "Takes over a sandbox of 'run --resumable' whose openshell process has died: serves it with"
                                + " the same policy, waits for its command, and ends as 'run' would have. The engine of a"
                                + " container must be found as it was then. The values of its credentials are read again, from"
                                + " the same variables and files; inference is as these"
                                + " options say, for keys are not kept.%n")
                .footer(
                        "",
                        "Exit status: as of 'run'; 125 if there is no such sandbox.",
                        "",
                        "Examples:",
                        "  openshell resume",
                        "  openshell resume my-agent",
                        "  openshell resume my-agent --inference provider=anthropic,model=claude-sonnet-4-5");
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
        String name = parsed.matchedPositionalValue(0, "");
        try {
            return name.isEmpty() ? list(session, OutputFormat.of(parsed)) : resume(name, parsed, session);
        } catch (SandboxException e) {
            throw new CommandFailure(e.exitCode(), String.valueOf(e.getMessage()));
        }
    }

    private static int list(Session session, OutputFormat format) throws CommandFailure, SandboxException {
        List<Resumable> found = ResumableSandbox.list(session.environment());
        if (found.isEmpty() && format == OutputFormat.TABLE) {
            throw new CommandFailure(
                    OWN_FAILURE, "resume: none (expected: a sandbox of 'run --resumable' whose process has died)");
        }
        List<List<Object>> rows = new ArrayList<>();
        for (Resumable sandbox : found) {
            rows.add(List.of(sandbox.name(), sandbox.since().toString()));
        }
        session.console().print(new Table(List.of("name", "since"), rows).render(format));
        return 0;
    }

    private static int resume(String name, ParseResult parsed, Session session)
            throws CommandFailure, SandboxException {
        RunOptions.requireName(name, "NAME", OWN_FAILURE);
        try (ResumableSandbox taken = ResumableSandbox.takeOver(name, session.environment())) {
            CallerFacts caller = taken.caller();
            Session as = session.with(caller.plugins().stream().map(Path::of).toList(), session.verbose());
            try (PluginHost plugins = PolicyOptions.plugins(as, OWN_FAILURE)) {
                SupervisedRun run =
                        new SupervisedRun(as, plugins, name, caller.events().map(Path::of), caller.exporters());
                return run.with((policies, configuration) -> {
                    LoadResult.Loaded policy = policies.load(plugins, taken.policy());
                    FilesystemPolicy paths = policy.policy().filesystem();
                    Optional<PolicyWatch.Plan> plan = caller.watch()
                            .map(it -> new PolicyWatch.Plan(
                                    WatchedPolicy.of(it, taken.hasImage() ? List.of() : paths.readWrite()),
                                    new PolicyLoader(plugins),
                                    policy.source()));
                    try (InferenceSettings inference = InferenceOptions.of(parsed, session, OWN_FAILURE);
                            RunCredentials credentials = RunCredentials.again(
                                    name,
                                    caller,
                                    taken.hasImage() ? AgentPaths.NONE : AgentPaths.of(paths, List.of()),
                                    as,
                                    OWN_FAILURE);
                            Supervisor supervisor = Supervisor.open(configuration.make());
                            ResumedSandbox resumed =
                                    supervisor.resume(taken, policy.policy(), credentials.store(), inference)) {
                        int status = served(resumed, plan, session.console());
                        if (resumed.command().isLost()) {
                            RunCommand.tellLost(supervisor, taken.driver(), resumed.sandbox(), session.console());
                        }
                        return status;
                    }
                });
            }
        }
    }

    private static int served(ResumedSandbox resumed, Optional<PolicyWatch.Plan> plan, Console console)
            throws SandboxException, InterruptedException {
        int status = waitFor(resumed, plan);
        resumed.sandbox().reachedLimits().forEach(line -> console.note("openshell: " + line));
        return status;
    }

    private static int waitFor(ResumedSandbox resumed, Optional<PolicyWatch.Plan> plan)
            throws SandboxException, InterruptedException {
        Optional<PolicyWatch> watch = plan.map(it -> PolicyWatch.start(it, resumed.sandbox()));
        try {
            return resumed.command().waitFor();
        } finally {
            watch.ifPresent(PolicyWatch::close);
        }
    }
}
