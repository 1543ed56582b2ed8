package io.openshell.core.decide;

import io.openshell.api.inspect.Headers;
import io.openshell.api.inspect.Request;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request as an inspector sees it that did not ask for the body which another did ask for. */
record WithoutBody(Request request) implements Request {

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public String path() {
        return request.path();
    }

    @Override
    public Map<String, List<String>> query() {
        return request.query();
    }

    @Override
    public Headers headers() {
        return request.headers();
    }

    @Override
    public Optional<ByteBuffer> body() {
        return Optional.empty();
    }

    @Override
    public String host() {
        return request.host();
    }

    @Override
    public int port() {
        return request.port();
    }

    @Override
    public String binary() {
        return request.binary();
    }
}
