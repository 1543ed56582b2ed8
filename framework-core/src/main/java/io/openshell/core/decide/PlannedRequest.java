package io.openshell.core.decide;

import io.openshell.api.inspect.Headers;
import io.openshell.api.inspect.Request;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request that someone asks about rather than sends. Immutable.
 *
 * @param path in canonical form
 * @param fields the header fields, names in lower case
 */
public record PlannedRequest(
        String method,
        String host,
        int port,
        String path,
        Map<String, List<String>> query,
        Map<String, List<String>> fields,
        Optional<ByteBuffer> body,
        String binary)
        implements Request {

    public PlannedRequest {
        query = Map.copyOf(query);
        fields = fields.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        field -> field.getKey().toLowerCase(Locale.ROOT), field -> List.copyOf(field.getValue())));
        body = body.map(ByteBuffer::asReadOnlyBuffer);
    }

    /** A request without fields and body. */
    public static PlannedRequest of(
            ConnectionFacts facts, String method, String path, Map<String, List<String>> query) {
        return new PlannedRequest(
                method, facts.host(), facts.port(), path, query, Map.of(), Optional.empty(), facts.binary());
    }

    /** The same request with one more header field. */
    public PlannedRequest withField(String name, String value) {
        Map<String, List<String>> more = new TreeMap<>(fields);
        more.merge(name.toLowerCase(Locale.ROOT), List.of(value), PlannedRequest::joined);
        return new PlannedRequest(method, host, port, path, query, more, body, binary);
    }

    private static List<String> joined(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    /** The same request with a body. */
    public PlannedRequest withBody(byte[] bytes) {
        return new PlannedRequest(
                method, host, port, path, query, fields, Optional.of(ByteBuffer.wrap(bytes.clone())), binary);
    }

    @Override
    public Optional<ByteBuffer> body() {
        return body.map(ByteBuffer::asReadOnlyBuffer);
    }

    @Override
    public Headers headers() {
        return new Fields(fields);
    }

    record Fields(Map<String, List<String>> fields) implements Headers {

        @Override
        public Optional<String> first(String name) {
            return all(name).stream().findFirst();
        }

        @Override
        public List<String> all(String name) {
            return fields.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
        }

        @Override
        public Set<String> names() {
            return fields.keySet();
        }
    }
}
