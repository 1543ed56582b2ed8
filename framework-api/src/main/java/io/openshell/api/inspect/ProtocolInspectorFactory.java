package io.openshell.api.inspect;

import io.openshell.api.config.Compilation;
import io.openshell.api.plugin.PluginFactory;

/**
 * Compiles what an endpoint says in its protocol's own keys into an inspector.
 *
 * @param <C> the endpoint's keys that are the protocol's: the shape of {@code rules} and {@code deny_rules},
 *     what {@code access} presets there are, limits and options. The core keeps host, port, path, protocol,
 *     tls, enforcement, allowed_ips, allow_encoded_slash and the credential switches for itself
 */
public interface ProtocolInspectorFactory<C extends Record> extends PluginFactory<C> {

    /**
     * Compiles one endpoint. Called when a policy is loaded, for each endpoint that names this protocol.
     *
     * @param options the endpoint's keys, already bound and free of unknown ones
     * @param context what the core offers at load time; not to be kept
     * @return the inspector, or all problems with their place below the endpoint. Anything else ({@code null},
     *     an exception) refuses the policy
     */
    Compilation<ProtocolInspector> create(C options, EndpointContext context);
}
