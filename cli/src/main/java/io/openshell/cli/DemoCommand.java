package io.openshell.cli;

import io.openshell.cli.demo.DemoLab;
import io.openshell.cli.demo.DemoTour;
import io.openshell.core.plugin.PluginHost;
import io.openshell.core.policy.Policy;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.supervisor.sandbox.DriverCatalog;
import io.openshell.supervisor.sandbox.SandboxException;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code openshell demo}: real programs in a real sandbox, with what became of each attempt. */
final class DemoCommand implements Command {

    private static final int FAILED = 1;

    /** What the launcher ends with when it cannot make the network. */
    private static final int LAB_FAILED = 125;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("demo");
        spec.usageMessage()
                .description(
                        "A guided tour that needs no internet: an HTTPS upstream in a network namespace of its own,"
                                + " real curl as the agent, and each allow and deny with its event. Exits with 1 if anything"
                                + " came out other than the policy says.%n")
                .footer("", "Example:", "  openshell demo");
        return spec;
    }

    @Override
    public int run(ParseResult parsed, Session session) throws CommandFailure {
        try {
            if (!DemoLab.isInside(session.environment())) {
                int status = DemoLab.enter(session.home().launcher());
                return status == LAB_FAILED ? FAILED : status;
            }
            try (PluginHost plugins = PolicyOptions.plugins(session, FAILED)) {
                Policy policy = PolicyOptions.valid(
                                new PolicyLoader(plugins).load(DemoTour.policy()), "demo", session.console(), FAILED)
                        .policy();
                return new DemoTour(
                                        session.console().out(),
                                        session.console().err(),
                                        session.console().colour(),
                                        session.prelude().broker(FAILED),
                                        DriverCatalog.of(plugins))
                                .run(policy)
                        ? 0
                        : FAILED;
            }
        } catch (SandboxException | IOException e) {
            throw new CommandFailure(FAILED, "demo: " + e.getMessage() + " ('openshell doctor' says what is missing)");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(FAILED, "demo: interrupted");
        }
    }
}
