package io.openshell.plugin.graphql;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the query string that carries a document. */
final class ParameterReader {

    private static final List<String> IDS = List.of("id", "documentId", "queryId");
    private static final Keys KEYS =
            Keys.of("query", "operationName", "extensions", "variables", "id", "documentId", "queryId");

    private ParameterReader() {}

    static Envelope envelope(Map<String, List<String>> parameters) throws UnreadableException {
        Map<String, String> values = values(parameters);
        String document = values.get("query");
        String extensions = values.get("extensions");
        List<String> ids = IDS.stream().filter(values::containsKey).toList();
        if (ids.size() > 1) {
            throw new UnreadableException("more than one of id, documentId and queryId");
        }
        return new Envelope(
                document == null || document.isBlank() ? null : document,
                values.get("operationName"),
                extensions == null || extensions.isBlank()
                        ? null
                        : EnvelopeReader.hash(extensions).orElse(null),
                ids.isEmpty() ? null : values.get(ids.getFirst()));
    }

    /** A request with a body must not say in its query string too what it wants: servers differ in which they take. */
    static void requireNone(Map<String, List<String>> parameters) throws UnreadableException {
        Map<String, String> values = values(parameters);
        if (!values.isEmpty()) {
            throw new UnreadableException("GraphQL parameters in the query string beside a body");
        }
    }

    private static Map<String, String> values(Map<String, List<String>> parameters) throws UnreadableException {
        Map<String, String> values = new HashMap<>();
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            String key = parameter.getKey();
            if (!KEYS.hasParameter(key)) {
                continue;
            }
            if (parameter.getValue().size() != 1) {
                throw new UnreadableException("GraphQL GET parameter \"" + key + "\" must not appear more than once");
            }
            values.put(key, parameter.getValue().getFirst());
        }
        return values;
    }
}
