package io.openshell.cli;

import io.openshell.core.event.ConfigEvents;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.plugin.PluginHost;
import io.openshell.supervisor.sandbox.DriverCatalog;
import io.openshell.supervisor.sandbox.SandboxException;
import io.openshell.supervisor.sandbox.SupervisorConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * What surrounds the supervisor of one sandbox: its events, and the exit statuses of what goes wrong.
 *
 * @param name the sandbox's
 * @param events where events go as JSON lines
 * @param logExporters plugins' exporters, each {@code NAME} or {@code NAME=FILE}
 */
record SupervisedRun(
        Session session, PluginHost plugins, String name, Optional<Path> events, List<String> logExporters) {

    private static final int OWN_FAILURE = SandboxException.OWN_FAILURE;

    /** The log is open before the policy is read, so that a policy that is refused is on record. */
    int with(Work work) throws CommandFailure {
        Clock clock = Clock.systemUTC();
        SandboxInfo sandbox = new SandboxInfo(name, name);
        EventLog.Exporters exporters =
                errors -> new LogExporters(plugins.logExporters(), OWN_FAILURE).start(logExporters, errors);
        try (EventLog log = EventLog.open(session, sandbox, events, exporters, clock)) {
            RunPolicy policies =
                    new RunPolicy(session.console(), log.sink(), new ConfigEvents(sandbox, clock), OWN_FAILURE);
            return work.run(
                    policies,
                    () -> new SupervisorConfig(
                            session.prelude().broker(OWN_FAILURE),
                            DriverCatalog.of(plugins),
                            log.sink(),
                            clock,
                            session.console()::note));
        } catch (SandboxException e) {
            throw new CommandFailure(e.exitCode(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CommandFailure(OWN_FAILURE, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(OWN_FAILURE, "interrupted (expected: the command's end)");
        }
    }

    /** What is done with a supervisor. */
    interface Work {
        int run(RunPolicy policies, Configuration configuration)
                throws CommandFailure, SandboxException, IOException, InterruptedException;
    }

    /** What a supervisor is opened with. To be made when the policy is in order: only then does it matter what is missing. */
    interface Configuration {
        SupervisorConfig make() throws CommandFailure;
    }
}
