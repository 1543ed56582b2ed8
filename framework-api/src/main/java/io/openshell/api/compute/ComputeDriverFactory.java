package io.openshell.api.compute;

import io.openshell.api.plugin.PluginFactory;

/**
 * Makes the driver of one platform.
 *
 * @param <C> the driver's options
 */
public interface ComputeDriverFactory<C extends Record> extends PluginFactory<C> {

    /**
     * Makes the driver. Called at most once for a name; does not connect to anything yet.
     *
     * @param options the driver's options
     * @param host what the core offers to drivers; may be kept
     */
    ComputeDriver create(C options, ComputeHost host);
}
