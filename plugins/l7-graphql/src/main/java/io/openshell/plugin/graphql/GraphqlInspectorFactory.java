package io.openshell.plugin.graphql;

import io.openshell.api.config.Compilation;
import io.openshell.api.inspect.EndpointContext;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.ProtocolInspectorFactory;

/** Compiles an endpoint with {@code protocol: graphql}. */
final class GraphqlInspectorFactory implements ProtocolInspectorFactory<GraphqlOptions> {

    @Override
    public String name() {
        return "graphql";
    }

    @Override
    public Class<GraphqlOptions> configType() {
        return GraphqlOptions.class;
    }

    @Override
    public Compilation<ProtocolInspector> create(GraphqlOptions options, EndpointContext context) {
        return new OptionsCompiler(context.globs()).compile(options);
    }
}
