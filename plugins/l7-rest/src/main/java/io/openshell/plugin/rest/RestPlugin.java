package io.openshell.plugin.rest;

import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.api.plugin.EnforcementPlugin;
import java.util.List;

/** Offers the protocol {@code rest}. */
public final class RestPlugin implements EnforcementPlugin {

    @Override
    public List<ProtocolInspectorFactory<?>> protocolInspectors() {
        return List.of(new RestInspectorFactory());
    }
}
