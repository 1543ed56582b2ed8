package io.openshell.cli;

import io.openshell.api.config.Problem;
import io.openshell.supervisor.sandbox.DriverCatalog;
import io.openshell.supervisor.sandbox.DriverReport;
import io.openshell.supervisor.sandbox.SandboxException;
import io.openshell.supervisor.sandbox.SandboxSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@code doctor} says of the drivers. */
final class DriverFindings {

    private DriverFindings() {}

    /** What 'run' can limit here, as the driver finds out by trying. */
    static List<Finding> local(DriverCatalog drivers, Path launcher) {
        try {
            DriverReport report = DriverReport.of(drivers, SandboxSpec.LOCAL, launcher);
            List<Finding> findings = new ArrayList<>();
            if (!report.limits().isEmpty()) {
                findings.add(Finding.ok("limits", limits(report)));
            }
            report.shortcomings()
                    .forEach(problem -> findings.add(Finding.weak(
                            problem.path(), problem.message(), "Until then 'run' goes on without it, and says so.")));
            return findings;
        } catch (SandboxException e) {
            return List.of(
                    Finding.missing("driver", String.valueOf(e.getMessage()), "Install OpenShell's own plugins."));
        }
    }

    /** Whether the others work, one line each: nobody needs them all. */
    static List<Finding> others(DriverCatalog drivers, Path launcher) {
        List<Finding> findings = new ArrayList<>();
        for (String name : drivers.names()) {
            if (!name.equals(SandboxSpec.LOCAL)) {
                findings.add(other(drivers, name, launcher));
            }
        }
        return findings;
    }

    private static Finding other(DriverCatalog drivers, String name, Path launcher) {
        String remedy = "Only 'run --driver " + name + "' needs it.";
        try {
            DriverReport report = DriverReport.of(drivers, name, launcher);
            if (!report.problems().isEmpty()) {
                return Finding.weak("driver-" + name, messages(report.problems()), remedy);
            }
            if (!report.shortcomings().isEmpty()) {
                return Finding.weak("driver-" + name, messages(report.shortcomings()), remedy);
            }
            return Finding.ok(
                    "driver-" + name, report.limits().isEmpty() ? "works" : "works, limits " + limits(report));
        } catch (SandboxException e) {
            return Finding.weak("driver-" + name, String.valueOf(e.getMessage()), remedy);
        }
    }

    private static String limits(DriverReport report) {
        return report.limits().stream()
                .sorted()
                .map(limit -> limit.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static String messages(List<Problem> problems) {
        return problems.stream().map(Problem::message).collect(Collectors.joining("; "));
    }
}
