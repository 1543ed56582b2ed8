package io.openshell.testkit.contract;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.ConfigNode;
import io.openshell.api.config.Problem;
import io.openshell.api.inspect.EndpointContext;
import io.openshell.api.inspect.Globs;
import io.openshell.api.inspect.ProtocolInspector;
import java.util.List;

/** The endpoint {@code network_policies.sample.endpoints[0]}, enforcing, with no other protocol installed. */
public final class SampleEndpoint implements EndpointContext, AutoCloseable {

    private boolean open = true;

    @Override
    public String id() {
        requireOpen();
        return "network_policies.sample.endpoints[0]";
    }

    @Override
    public boolean enforces() {
        requireOpen();
        return true;
    }

    @Override
    public Globs globs() {
        requireOpen();
        return new SampleGlobs();
    }

    @Override
    public Compilation<ProtocolInspector> companion(String protocol, ConfigNode options) {
        requireOpen();
        return new Compilation.Rejected<>(
                List.of(new Problem("", "protocol: " + protocol + " (expected: one of those installed: none)")));
    }

    /** {@code create} has returned: from now on each call is an {@link IllegalStateException}. */
    @Override
    public void close() {
        open = false;
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("endpoint context: used after create");
        }
    }
}
