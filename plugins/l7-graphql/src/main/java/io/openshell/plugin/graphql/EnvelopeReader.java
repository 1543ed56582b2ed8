package io.openshell.plugin.graphql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the JSON that carries documents. Strict: a key that stands twice, anything after the value, and what JSON does
 * not have (comments, NaN, a byte order mark) are unreadable. Any thread.
 */
final class EnvelopeReader {

    private static final String QUERY = "query";
    private static final String OPERATION_NAME = "operationName";
    private static final String EXTENSIONS = "extensions";
    private static final String PERSISTED_QUERY = "persistedQuery";
    private static final String HASH = "sha256Hash";

    private static final Keys ENVELOPE =
            Keys.of(QUERY, OPERATION_NAME, EXTENSIONS, "variables", "id", "documentId", "queryId");
    private static final Keys EXTENSION = Keys.of(PERSISTED_QUERY);
    private static final Keys PERSISTED = Keys.of(HASH, "version");

    /** Of variables, which nobody here looks at. */
    private static final int MAX_NESTING = 200;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private EnvelopeReader() {}

    /** What becomes of a parser that stands on the first token. */
    interface Reading<T> {
        T read(JsonParser parser) throws UnreadableException;
    }

    /** Reads a text that is one JSON value and nothing else. */
    static <T> T whole(String json, Reading<T> reading) throws UnreadableException {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() == null) {
                throw new UnreadableException("empty body");
            }
            T result = reading.read(parser);
            if (parser.nextToken() != null) {
                throw new UnreadableException("JSON with something after it");
            }
            return result;
        } catch (JacksonException e) {
            throw new UnreadableException("invalid JSON");
        }
    }

    /** Reads an object, or an array of at least one and at most {@code maxBatch} objects. */
    static List<Envelope> envelopes(String json, int maxBatch) throws UnreadableException {
        return whole(json, parser -> switch (parser.currentToken()) {
            case START_OBJECT -> List.of(envelope(parser));
            case START_ARRAY -> batch(parser, maxBatch);
            default -> throw new UnreadableException("JSON that is neither an object nor an array");
        });
    }

    /** Reads one object. */
    static Envelope envelope(String json) throws UnreadableException {
        return whole(json, parser -> {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new UnreadableException("payload that is not an object");
            }
            return envelope(parser);
        });
    }

    /** The hash in a value of {@code extensions}. */
    static Optional<String> hash(String json) throws UnreadableException {
        return whole(json, parser -> Optional.ofNullable(extensions(parser)));
    }

    private static List<Envelope> batch(JsonParser parser, int maxBatch) throws UnreadableException {
        List<Envelope> batch = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new UnreadableException("batch with an element that is not an object");
            }
            if (batch.size() == maxBatch) {
                throw new UnreadableException("graphql_limits.max_batch: more (expected: at most " + maxBatch + ")");
            }
            batch.add(envelope(parser));
        }
        if (batch.isEmpty()) {
            throw new UnreadableException("empty batch");
        }
        return batch;
    }

    private static Envelope envelope(JsonParser parser) throws UnreadableException {
        String document = null;
        String operationName = null;
        String hash = null;
        String id = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            if (!ENVELOPE.has(key)) {
                parser.skipChildren();
                continue;
            }
            switch (key) {
                case QUERY -> document = text(parser, key);
                case OPERATION_NAME -> operationName = text(parser, key);
                case EXTENSIONS -> hash = extensions(parser);
                case "id", "documentId", "queryId" -> {
                    String name = text(parser, key);
                    if (name != null && id != null) {
                        throw new UnreadableException("more than one of id, documentId and queryId");
                    }
                    id = name == null ? id : name;
                }
                default -> parser.skipChildren();
            }
        }
        return new Envelope(document == null || document.isBlank() ? null : document, operationName, hash, id);
    }

    private static @Nullable String extensions(JsonParser parser) throws UnreadableException {
        return within(
                parser,
                EXTENSION,
                PERSISTED_QUERY,
                inner -> within(inner, PERSISTED, HASH, value -> text(value, HASH)));
    }

    private interface Value {
        @Nullable
        String read(JsonParser parser) throws UnreadableException;
    }

    /** Reads the value of one key of an object; {@code null} stands for an object without it. */
    private static @Nullable String within(JsonParser parser, Keys keys, String wanted, Value value)
            throws UnreadableException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new UnreadableException("extensions that are not objects");
        }
        String found = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            if (keys.has(key) && key.equals(wanted)) {
                found = value.read(parser);
            } else {
                parser.skipChildren();
            }
        }
        return found;
    }

    static @Nullable String text(JsonParser parser, String key) throws UnreadableException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> parser.getString();
            case VALUE_NULL -> null;
            default -> throw new UnreadableException("'" + key + "' that is not a string");
        };
    }
}
