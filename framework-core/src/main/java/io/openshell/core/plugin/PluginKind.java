package io.openshell.core.plugin;

import io.openshell.api.compute.ComputeDriverFactory;
import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.api.log.LogExporterFactory;
import io.openshell.api.plugin.PluginFactory;

/** What a plugin can offer. */
public enum PluginKind {
    PROTOCOL("protocol", "protocolInspectors()", ProtocolInspectorFactory.class),
    COMPUTE_DRIVER("compute driver", "computeDrivers()", ComputeDriverFactory.class),
    CREDENTIAL_REWRITER("credential rewriter", "credentialRewriters()", CredentialRewriterFactory.class),
    LOG_EXPORTER("log exporter", "logExporters()", LogExporterFactory.class);

    private final String label;
    private final String method;
    private final Class<?> factoryType;

    PluginKind(String label, String method, Class<?> factoryType) {
        this.label = label;
        this.method = method;
        this.factoryType = factoryType;
    }

    /** What people call it, in the singular. */
    public String label() {
        return label;
    }

    /** The method of {@link io.openshell.api.plugin.EnforcementPlugin} that returns its factories. */
    String method() {
        return method;
    }

    /** Whether this is a factory of the kind; a list made with raw types can hold anything. */
    boolean accepts(PluginFactory<?> factory) {
        return factoryType.isInstance(factory);
    }
}
