package io.openshell.api.inspect;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.ConfigNode;
import io.openshell.api.config.Problem;
import java.util.List;

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

    /**
     * Compiles options that the caller has put together itself, for a protocol whose rules stand among the endpoint's own
     * and have to be sorted out first.
     *
     * @param options a record of the caller's own, of types that can be bound ({@link io.openshell.api.config}), whose
     *     components have the names of the other protocol's keys
     * @return as of {@link #companion(String, ConfigNode)}. The places of problems, and later of rules in verdicts, are
     *     those in {@code options}; the caller translates them
     */
    default Compilation<ProtocolInspector> companion(String protocol, Record options) {
        return new Compilation.Rejected<>(
                List.of(new Problem("", "protocol: " + protocol + " (expected: one that can be combined here)")));
    }
}
