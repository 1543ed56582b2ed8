package io.openshell.api.inspect;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.ConfigNode;

/** What the core offers while an endpoint is compiled. Valid during {@code create} only. */
public interface EndpointContext {

    /** The endpoint's stable id, as in {@code network_policies.github.endpoints[0]}. */
    String id();

    /** Whether the endpoint enforces ({@code enforcement: enforce}) rather than audits. */
    boolean enforces();

    /** Compiles globs, the same way for every plugin. */
    Globs globs();

    /**
     * Compiles {@code options} with the factory of another protocol, so that protocols can be combined without
     * knowing one another: l7-websocket asks for {@code graphql} to judge the messages that it carries.
     *
     * @return the other protocol's inspector or problems; a protocol that is not installed is a problem that
     *     names what is
     */
    Compilation<ProtocolInspector> companion(String protocol, ConfigNode options);
}
