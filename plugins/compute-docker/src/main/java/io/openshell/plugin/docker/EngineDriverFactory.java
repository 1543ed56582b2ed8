package io.openshell.plugin.docker;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeDriverFactory;
import io.openshell.api.compute.ComputeHost;
import io.openshell.plugin.docker.endpoint.EngineSocket;
import java.util.function.Supplier;

/** Makes the driver of an engine, which has no options: everything comes from where its own command takes it. */
final class EngineDriverFactory implements ComputeDriverFactory<EngineDriverFactory.Options> {

    static final String DOCKER = "docker";
    static final String PODMAN = "podman";

    /** No options. */
    record Options() {}

    private final String name;
    private final Supplier<EngineSocket> search;

    EngineDriverFactory(String name, Supplier<EngineSocket> search) {
        this.name = name;
        this.search = search;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Class<Options> configType() {
        return Options.class;
    }

    @Override
    public ComputeDriver create(Options options, ComputeHost host) {
        return new EngineDriver(new EngineConnection(name, search), host);
    }
}
