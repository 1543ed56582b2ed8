package io.openshell.api.log;

import io.openshell.api.plugin.PluginFactory;

/**
 * Makes an exporter.
 *
 * @param <C> the exporter's options
 */
public interface LogExporterFactory<C extends Record> extends PluginFactory<C> {

    /**
     * Makes the exporter. Called once at start.
     *
     * @throws RuntimeException if the options cannot work; stops the start, and so does {@code null}
     */
    LogExporter create(C options);
}
