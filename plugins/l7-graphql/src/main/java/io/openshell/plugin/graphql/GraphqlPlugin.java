package io.openshell.plugin.graphql;

import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.api.plugin.EnforcementPlugin;
import java.util.List;

/** Offers the protocol {@code graphql}. */
public final class GraphqlPlugin implements EnforcementPlugin {

    @Override
    public List<ProtocolInspectorFactory<?>> protocolInspectors() {
        return List.of(new GraphqlInspectorFactory());
    }
}
