package io.openshell.example.redis;

import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.api.plugin.EnforcementPlugin;
import java.util.List;

/** The plugin's entry. */
public final class RedisPlugin implements EnforcementPlugin {

    @Override
    public List<ProtocolInspectorFactory<?>> protocolInspectors() {
        return List.of(new RedisInspectorFactory());
    }
}
