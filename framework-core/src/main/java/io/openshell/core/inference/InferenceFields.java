package io.openshell.core.inference;

import io.openshell.api.inspect.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which of a client's header fields reach a backend: those on a short list, and those that its profile names. Whatever
 * else a client sends, keys above all, ends here. Content codings are not offered: answers are read for what they cost.
 */
public final class InferenceFields {

    private static final Set<String> USUAL = Set.of("content-type", "accept", "user-agent");

    private InferenceFields() {}

    /** A field to send. */
    public record Field(String name, String value) {}

    /** The fields for a backend, in the client's order, then the defaults. The key is not among them. */
    public static List<Field> forBackend(Headers client, ProviderProfile profile) {
        List<Field> fields = new ArrayList<>();
        for (String name : client.names()) {
            if (isForwarded(name, profile)) {
                client.all(name).forEach(value -> fields.add(new Field(name, value)));
            }
        }
        profile.defaultFields().forEach((name, value) -> {
            if (client.first(name).isEmpty()) {
                fields.add(new Field(name, value));
            }
        });
        return fields;
    }

    private static boolean isForwarded(String lowerName, ProviderProfile profile) {
        boolean named = USUAL.contains(lowerName)
                || profile.passedFields().contains(lowerName)
                || profile.defaultFields().containsKey(lowerName);
        return named && !lowerName.equalsIgnoreCase(profile.keyField());
    }
}
