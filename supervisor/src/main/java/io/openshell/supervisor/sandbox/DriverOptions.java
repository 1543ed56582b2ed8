package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeDriverFactory;
import io.openshell.api.compute.ComputeHost;
import io.openshell.core.config.ConfigProblems;
import io.openshell.core.config.RecordBinder;
import io.openshell.core.config.YamlReader;
import java.util.stream.Collectors;

/** Makes a driver with the options that it has when nobody gives it any. */
final class DriverOptions {

    private static final String NONE = "{}";

    private DriverOptions() {}

    static <C extends Record> ComputeDriver create(ComputeDriverFactory<C> factory, ComputeHost host)
            throws SandboxException {
        ConfigProblems problems = new ConfigProblems();
        C options = YamlReader.read(NONE, problems)
                .flatMap(node -> new RecordBinder(problems).bind(node, factory.configType()))
                .orElseThrow(() -> new SandboxException(
                        "driver " + factory.name() + ": needs options: "
                                + problems.sorted().stream()
                                        .map(problem -> problem.path() + ": " + problem.message())
                                        .collect(Collectors.joining("; ")),
                        null));
        try {
            return factory.create(options, host);
        } catch (RuntimeException e) {
            throw new SandboxException("driver " + factory.name() + ": " + e, e);
        }
    }
}
