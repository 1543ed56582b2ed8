package io.openshell.testkit.contract;

import io.openshell.api.inspect.Headers;
import io.openshell.api.inspect.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A request as the core would hand it to an inspector: canonical, immutable. The methods without {@code get} copy. */
public final class SampleRequest implements Request {

    private final String method;
    private final String path;
    private final Map<String, List<String>> query;
    private final List<Map.Entry<String, String>> fields;
    private final Optional<ByteBuffer> body;

    private SampleRequest(
            String method,
            String path,
            Map<String, List<String>> query,
            List<Map.Entry<String, String>> fields,
            Optional<ByteBuffer> body) {
        this.method = method;
        this.path = path;
        this.query = Map.copyOf(query);
        this.fields = List.copyOf(fields);
        this.body = body;
    }

    /** A request to {@code api.example:443} by {@code /usr/bin/curl} without query, headers and body. */
    public static SampleRequest of(String method, String path) {
        return new SampleRequest(method, path, Map.of(), List.of(), Optional.empty());
    }

    /** The same with these query parameters. */
    public SampleRequest query(Map<String, List<String>> parameters) {
        return new SampleRequest(method, path, parameters, fields, body);
    }

    /** The same with one more header field. */
    public SampleRequest header(String name, String value) {
        List<Map.Entry<String, String>> more = new ArrayList<>(fields);
        more.add(Map.entry(name, value));
        return new SampleRequest(method, path, query, more, body);
    }

    /** The same with this body. */
    public SampleRequest body(ByteBuffer bytes) {
        return new SampleRequest(method, path, query, fields, Optional.of(bytes));
    }

    /** The same before its body is read. */
    public SampleRequest withoutBody() {
        return new SampleRequest(method, path, query, fields, Optional.empty());
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Map<String, List<String>> query() {
        return query;
    }

    @Override
    public Headers headers() {
        return new Fields(fields);
    }

    @Override
    public Optional<ByteBuffer> body() {
        return body.map(ByteBuffer::asReadOnlyBuffer);
    }

    @Override
    public String host() {
        return "api.example";
    }

    @Override
    public int port() {
        return 443;
    }

    @Override
    public String binary() {
        return "/usr/bin/curl";
    }

    @Override
    public String toString() {
        return method + " " + (path.length() > 80 ? path.substring(0, 80) + "..." : path);
    }

    private record Fields(List<Map.Entry<String, String>> fields) implements Headers {

        @Override
        public Optional<String> first(String name) {
            return all(name).stream().findFirst();
        }

        @Override
        public List<String> all(String name) {
            return fields.stream()
                    .filter(field -> field.getKey().equalsIgnoreCase(name))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        @Override
        public Set<String> names() {
            Set<String> names = new LinkedHashSet<>();
            fields.forEach(field -> names.add(field.getKey().toLowerCase(Locale.ROOT)));
            return names;
        }
    }
}
