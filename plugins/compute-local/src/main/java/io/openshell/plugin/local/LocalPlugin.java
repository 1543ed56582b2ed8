package io.openshell.plugin.local;

import io.openshell.api.compute.ComputeDriverFactory;
import io.openshell.api.plugin.EnforcementPlugin;
import java.util.List;

/** The plugin: offers the driver {@code local}. */
public final class LocalPlugin implements EnforcementPlugin {

    /** Called by {@link java.util.ServiceLoader}. */
    public LocalPlugin() {}

    @Override
    public List<ComputeDriverFactory<?>> computeDrivers() {
        return List.of(new LocalDriverFactory());
    }
}
