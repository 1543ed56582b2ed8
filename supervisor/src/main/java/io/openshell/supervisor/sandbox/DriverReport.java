package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.ComputeHost;
import io.openshell.api.config.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What a driver says of itself on this machine, for people who want to know before they run something.
 *
 * @param problems why it cannot be used here, each with what to do; empty if it can
 * @param limits what it can limit
 * @param shortcomings what a run can do without and the platform lacks, each with what to do
 */
public record DriverReport(List<Problem> problems, Set<Limit> limits, List<Problem> shortcomings) {

    public DriverReport {
        problems = List.copyOf(problems);
        limits = Set.copyOf(limits);
        shortcomings = List.copyOf(shortcomings);
    }

    /**
     * Asks one driver, which starts nothing for it.
     *
     * @throws SandboxException if there is no such driver, or it cannot be made or asked
     */
    public static DriverReport of(DriverCatalog drivers, String name, Path launcher) throws SandboxException {
        var factory = drivers.find(name)
                .orElseThrow(() -> new SandboxException(
                        "driver: " + name + " (expected: one of " + String.join(", ", drivers.names()) + ")", null));
        try (ComputeDriver driver = DriverOptions.create(factory, new Onlooker(launcher))) {
            List<Problem> problems = driver.check();
            return problems.isEmpty()
                    ? new DriverReport(problems, driver.limits(), driver.shortcomings())
                    : new DriverReport(problems, Set.of(), List.of());
        } catch (RuntimeException e) {
            throw new SandboxException("driver " + name + ": " + e, e);
        }
    }

    /** Starts nothing. */
    private record Onlooker(Path launcher) implements ComputeHost {

        @Override
        public LauncherProcess startLauncher(Path controlSocket) throws ComputeException {
            throw new ComputeException(
                    ComputeException.Kind.PRECONDITION, "launcher: not now (expected: questions only)");
        }
    }
}
