package io.openshell.plugin.graphql;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads a message of GraphQL over WebSocket, in either of its two protocols: {@code graphql-transport-ws}, and the older
 * one of the library subscriptions-transport-ws.
 */
final class MessageReader {

    private static final Set<String> OPERATIONS = Set.of("subscribe", "start");
    private static final Set<String> CONTROL =
            Set.of("connection_init", "connection_terminate", "ping", "pong", "complete", "stop");
    private static final Keys KEYS = Keys.of("type", "id", "payload");

    private MessageReader() {}

    /**
     * One message.
     *
     * @param payload its JSON, as it stands in the message; {@code null} if there is none
     */
    private record Message(
            @Nullable String type,
            @Nullable String id,
            @Nullable String payload) {}

    /** The operation that it asks for; empty for one that asks for none. */
    static Optional<Envelope> envelope(String json) throws UnreadableException {
        Message message = EnvelopeReader.whole(json, parser -> message(parser, json));
        String type = message.type();
        if (type == null) {
            throw new UnreadableException("message without a type");
        }
        if (CONTROL.contains(type)) {
            return Optional.empty();
        }
        if (!OPERATIONS.contains(type)) {
            throw new UnreadableException("message of an unknown type");
        }
        String id = message.id();
        String payload = message.payload();
        if (id == null || id.isEmpty() || payload == null) {
            throw new UnreadableException("message without id or payload");
        }
        return Optional.of(EnvelopeReader.envelope(payload));
    }

    private static Message message(JsonParser parser, String json) throws UnreadableException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new UnreadableException("message that is not an object");
        }
        String type = null;
        String id = null;
        String payload = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            if (!KEYS.has(key)) {
                parser.skipChildren();
                continue;
            }
            switch (key) {
                case "type" -> type = EnvelopeReader.text(parser, key);
                case "id" -> id = EnvelopeReader.text(parser, key);
                default -> payload = slice(parser, json);
            }
        }
        return new Message(type, id, payload);
    }

    /** Whether it will be looked at depends on the type, which may come later. */
    private static String slice(JsonParser parser, String json) {
        int begin = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getCharOffset();
        return json.substring(begin, end);
    }
}
