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

/** A request written down by a test. */
record RecordedRequest(
        String method,
        String path,
        Map<String, List<String>> query,
        Map<String, List<String>> fields,
        Optional<ByteBuffer> body)
        implements Request {

    static RecordedRequest of(String method, String path) {
        return new RecordedRequest(method, path, Map.of(), Map.of(), Optional.empty());
    }

    RecordedRequest withField(String name, String value) {
        Map<String, List<String>> more = new TreeMap<>(fields);
        more.put(name.toLowerCase(Locale.ROOT), List.of(value));
        return new RecordedRequest(method, path, query, more, body);
    }

    RecordedRequest withBody(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .asReadOnlyBuffer();
        return new RecordedRequest(method, path, query, fields, Optional.of(bytes));
    }

    @Override
    public Headers headers() {
        return new Headers() {
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
        };
    }

    @Override
    public String host() {
        return "api.example.com";
    }

    @Override
    public int port() {
        return 443;
    }

    @Override
    public String binary() {
        return "/usr/bin/curl";
    }
}
