package io.openshell.plugin.rest;

import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.plugin.rest.RestOptions.Match;
import io.openshell.plugin.rest.RestOptions.Rule;
import io.openshell.testkit.contract.RequestInspectorContract;
import io.openshell.testkit.contract.SampleRequest;
import java.util.List;

/** What every inspector of HTTP requests does, REST's does. */
class RestContractTest extends RequestInspectorContract<RestOptions> {

    @Override
    protected ProtocolInspectorFactory<RestOptions> factory() {
        return new RestInspectorFactory();
    }

    private static RestOptions options(String path) {
        return new RestOptions(
                null,
                List.of(new Rule(new Match("GET", path, null, null))),
                List.of(new Match("GET", "/items/secret", null, null)));
    }

    @Override
    protected RestOptions usableOptions() {
        return options("/items/*");
    }

    @Override
    protected RestOptions unusableOptions() {
        return options("/items/[a");
    }

    @Override
    protected SampleRequest allowedRequest() {
        return SampleRequest.of("GET", "/items/7");
    }

    @Override
    protected SampleRequest deniedRequest() {
        return SampleRequest.of("GET", "/items/secret");
    }
}
