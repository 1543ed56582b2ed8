package io.openshell.cli;

import io.openshell.api.inspect.Headers;
import io.openshell.api.inspect.Request;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A request as {@code policy explain} is told it: without header fields and body. */
record ExplainedRequest(
        String method, String path, Map<String, List<String>> query, String host, int port, String binary)
        implements Request {

    @Override
    public Headers headers() {
        return NoHeaders.INSTANCE;
    }

    @Override
    public Optional<ByteBuffer> body() {
        return Optional.empty();
    }

    private enum NoHeaders implements Headers {
        INSTANCE;

        @Override
        public Optional<String> first(String name) {
            return Optional.empty();
        }

        @Override
        public List<String> all(String name) {
            return List.of();
        }

        @Override
        public Set<String> names() {
            return Set.of();
        }
    }
}
