package io.openshell.plugin.websocket;

import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.api.plugin.EnforcementPlugin;
import java.util.List;

/** Offers the protocol {@code websocket}. */
public final class WebsocketPlugin implements EnforcementPlugin {

    @Override
    public List<ProtocolInspectorFactory<?>> protocolInspectors() {
        return List.of(new WebsocketInspectorFactory());
    }
}
