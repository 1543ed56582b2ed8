package io.openshell.plugin.local;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeDriverFactory;
import io.openshell.api.compute.ComputeHost;
import io.openshell.plugin.local.cgroup.Cgroups;
import java.nio.file.Path;

/** Makes the driver {@code local}, which has no options. */
final class LocalDriverFactory implements ComputeDriverFactory<LocalDriverFactory.Options> {

    /** No options. */
    record Options() {}

    @Override
    public String name() {
        return "local";
    }

    @Override
    public Class<Options> configType() {
        return Options.class;
    }

    @Override
    public ComputeDriver create(Options options, ComputeHost host) {
        Path proc = Path.of("/proc");
        return new LocalDriver(host, new KernelCheck(proc), new Cgroups(proc));
    }
}
