package io.openshell.plugin.rest;

import io.openshell.api.config.Compilation;
import io.openshell.api.inspect.EndpointContext;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.ProtocolInspectorFactory;

/** Compiles an endpoint with {@code protocol: rest}. */
final class RestInspectorFactory implements ProtocolInspectorFactory<RestOptions> {

    @Override
    public String name() {
        return "rest";
    }

    @Override
    public Class<RestOptions> configType() {
        return RestOptions.class;
    }

    @Override
    public Compilation<ProtocolInspector> create(RestOptions options, EndpointContext context) {
        return new RuleCompiler(context.globs()).compile(options);
    }
}
