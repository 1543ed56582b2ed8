package io.openshell.plugin.websocket;

import io.openshell.api.config.Compilation;
import io.openshell.api.inspect.EndpointContext;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.ProtocolInspectorFactory;

/** Compiles an endpoint with {@code protocol: websocket}. All endpoints share one budget for text under way. */
final class WebsocketInspectorFactory implements ProtocolInspectorFactory<WebsocketOptions> {

    private final MemoryBudget budget = new MemoryBudget(WebsocketLimits.ASSEMBLY_BYTES);

    @Override
    public String name() {
        return "websocket";
    }

    @Override
    public Class<WebsocketOptions> configType() {
        return WebsocketOptions.class;
    }

    @Override
    public Compilation<ProtocolInspector> create(WebsocketOptions options, EndpointContext context) {
        return new RuleCompiler(context, budget).compile(options);
    }
}
