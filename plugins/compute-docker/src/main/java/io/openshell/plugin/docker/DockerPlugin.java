package io.openshell.plugin.docker;

import io.openshell.api.compute.ComputeDriverFactory;
import io.openshell.api.plugin.EnforcementPlugin;
import io.openshell.plugin.docker.endpoint.SocketSearch;
import io.openshell.plugin.docker.endpoint.Surroundings;
import java.util.List;

/** The plugin: offers the drivers {@code docker} and {@code podman}. */
public final class DockerPlugin implements EnforcementPlugin {

    /** Called by {@link java.util.ServiceLoader}. */
    public DockerPlugin() {}

    @Override
    public List<ComputeDriverFactory<?>> computeDrivers() {
        return List.of(
                new EngineDriverFactory(
                        EngineDriverFactory.DOCKER, () -> SocketSearch.docker(Surroundings.ofThisProcess())),
                new EngineDriverFactory(
                        EngineDriverFactory.PODMAN, () -> SocketSearch.podman(Surroundings.ofThisProcess())));
    }
}
