package io.openshell.plugin.graphql;

import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.plugin.graphql.GraphqlOptions.Match;
import io.openshell.plugin.graphql.GraphqlOptions.Rule;
import io.openshell.testkit.contract.RequestInspectorContract;
import io.openshell.testkit.contract.SampleRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What every inspector of HTTP requests does, GraphQL's does. */
class GraphqlContractTest extends RequestInspectorContract<GraphqlOptions> {

    @Override
    protected ProtocolInspectorFactory<GraphqlOptions> factory() {
        return new GraphqlInspectorFactory();
    }

    private static GraphqlOptions options(String field) {
        return new GraphqlOptions(
                null, List.of(new Rule(new Match("query", null, List.of(field)))), null, null, null, null, null);
    }

    private static SampleRequest asking(String document) {
        return SampleRequest.of("POST", "/graphql")
                .header("Content-Type", "application/json")
                .body(ByteBuffer.wrap(("{\"query\":\"" + document + "\"}").getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    protected GraphqlOptions usableOptions() {
        return options("viewer");
    }

    @Override
    protected GraphqlOptions unusableOptions() {
        return options("[a");
    }

    @Override
    protected SampleRequest allowedRequest() {
        return asking("{ viewer { name } }");
    }

    @Override
    protected SampleRequest deniedRequest() {
        return asking("mutation { viewer: deleteRepository }");
    }
}
