package io.openshell.core.plugin;

import java.nio.file.Path;
import java.util.List;
import org.pf4j.DefaultPluginDescriptor;

/**
 * A plugin on disk whose form is in order.
 *
 * @param path the jar or directory
 * @param jars what its classes are in, its own jar first
 * @param descriptor what its manifest says
 */
record PluginArchive(Path path, List<Path> jars, DefaultPluginDescriptor descriptor) {

    String id() {
        return descriptor.getPluginId();
    }
}
