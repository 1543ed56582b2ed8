package io.openshell.supervisor.sandbox;

import io.openshell.api.compute.ComputeDriverFactory;
import io.openshell.core.plugin.PluginHost;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The compute drivers that are installed. */
public interface DriverCatalog {

    /** The factory with this name. */
    Optional<ComputeDriverFactory<?>> find(String name);

    /** All names, sorted. */
    List<String> names();

    /** Those of the loaded plugins. */
    static DriverCatalog of(PluginHost plugins) {
        return new DriverCatalog() {
            @Override
            public Optional<ComputeDriverFactory<?>> find(String name) {
                return plugins.computeDriver(name);
            }

            @Override
            public List<String> names() {
                return plugins.computeDriverNames();
            }
        };
    }

    /** Just these. */
    static DriverCatalog of(Collection<ComputeDriverFactory<?>> factories) {
        return new DriverCatalog() {
            @Override
            public Optional<ComputeDriverFactory<?>> find(String name) {
                return factories.stream()
                        .filter(factory -> factory.name().equals(name))
                        .findFirst();
            }

            @Override
            public List<String> names() {
                return factories.stream()
                        .map(ComputeDriverFactory::name)
                        .sorted()
                        .toList();
            }
        };
    }
}
