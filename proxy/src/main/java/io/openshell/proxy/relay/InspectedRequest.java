package io.openshell.proxy.relay;

import io.openshell.api.inspect.Headers;
import io.openshell.api.inspect.Request;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request as inspectors see it. */
record InspectedRequest(
        String method,
        String path,
        Map<String, List<String>> query,
        Headers headers,
        @Nullable ByteBuffer bytes,
        String host,
        int port,
        String binary)
        implements Request {

    @Override
    public Optional<ByteBuffer> body() {
        return bytes == null ? Optional.empty() : Optional.of(bytes.asReadOnlyBuffer());
    }

    InspectedRequest withBody(ByteBuffer body) {
        return new InspectedRequest(method, path, query, headers, body, host, port, binary);
    }

    /** Without header values, which may be credentials, and without the body. */
    @Override
    public String toString() {
        return method + " " + host + ":" + port + path;
    }
}
