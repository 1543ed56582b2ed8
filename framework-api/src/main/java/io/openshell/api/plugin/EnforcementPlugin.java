package io.openshell.api.plugin;

import io.openshell.api.compute.ComputeDriverFactory;
import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.api.log.LogExporterFactory;
import java.util.List;

/**
 * The one entry of a plugin, found by {@link java.util.ServiceLoader} in the plugin's own class loader.
 *
 * <p>The implementation has a public constructor without parameters. It is made once, and each method is
 * called once, from one thread, when the plugin is loaded; neither may do I/O or start threads. No entry,
 * two entries, a constructor or method that throws, a {@code null}, or a factory whose name another plugin
 * has taken: each stops the start of the whole program with a message that names the jar.
 */
public interface EnforcementPlugin {

    /** Factories of the protocols that endpoints can name with {@code protocol:}. */
    default List<ProtocolInspectorFactory<?>> protocolInspectors() {
        return List.of();
    }

    /** Factories of the platforms that {@code --driver} can name. */
    default List<ComputeDriverFactory<?>> computeDrivers() {
        return List.of();
    }

    /** Factories of what puts credentials into requests, last before the wire. */
    default List<CredentialRewriterFactory<?>> credentialRewriters() {
        return List.of();
    }

    /** Factories of destinations for security events. */
    default List<LogExporterFactory<?>> logExporters() {
        return List.of();
    }
}
