package io.openshell.core.inference;

import static io.openshell.core.inference.InferenceProtocol.ANTHROPIC_MESSAGES;
import static io.openshell.core.inference.InferenceProtocol.MODEL_DISCOVERY;
import static io.openshell.core.inference.InferenceProtocol.OPENAI_CHAT_COMPLETIONS;
import static io.openshell.core.inference.InferenceProtocol.OPENAI_COMPLETIONS;
import static io.openshell.core.inference.InferenceProtocol.OPENAI_EMBEDDINGS;
import static io.openshell.core.inference.InferenceProtocol.OPENAI_RESPONSES;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a kind of provider has in common: where it is, how it wants its key, and which fields it knows.
 *
 * @param name what routes call it
 * @param keyField the header field that carries the key
 * @param keyPrefix what stands before the key in it
 * @param endpoint its base URL; empty if each has its own
 * @param keyVariable the variable of the user's environment that usually holds the key; empty for none, and then a key
 *     is optional
 * @param endpointVariable the variable that may name another base URL; empty for none
 * @param protocols what it speaks
 * @param defaultFields added where the client has not sent them
 * @param passedFields fields, lower case, that a client may send it besides the usual ones
 */
public record ProviderProfile(
        String name,
        String keyField,
        String keyPrefix,
        Optional<String> endpoint,
        Optional<String> keyVariable,
        Optional<String> endpointVariable,
        Set<InferenceProtocol> protocols,
        Map<String, String> defaultFields,
        Set<String> passedFields) {

    private static final String AUTHORIZATION = "Authorization";
    private static final String BEARER = "Bearer ";
    private static final String VERSION = "anthropic-version";
    private static final String MODEL_ID = "x-model-id";

    /** All that there are. */
    public static final List<ProviderProfile> ALL = List.of(
            new ProviderProfile(
                    "openai",
                    AUTHORIZATION,
                    BEARER,
                    Optional.of("https://api.openai.com/v1"),
                    Optional.of("OPENAI_API_KEY"),
                    Optional.of("OPENAI_BASE_URL"),
                    Set.of(
                            OPENAI_CHAT_COMPLETIONS,
                            OPENAI_COMPLETIONS,
                            OPENAI_RESPONSES,
                            OPENAI_EMBEDDINGS,
                            MODEL_DISCOVERY),
                    Map.of(),
                    Set.of("openai-organization", MODEL_ID)),
            new ProviderProfile(
                    "anthropic",
                    "x-api-key",
                    "",
                    Optional.of("https://api.anthropic.com/v1"),
                    Optional.of("ANTHROPIC_API_KEY"),
                    Optional.of("ANTHROPIC_BASE_URL"),
                    Set.of(ANTHROPIC_MESSAGES, MODEL_DISCOVERY),
                    Map.of(VERSION, "2023-06-01"),
                    Set.of(VERSION, "anthropic-beta")),
            new ProviderProfile(
                    "nvidia",
                    AUTHORIZATION,
                    BEARER,
                    Optional.of("https://integrate.api.nvidia.com/v1"),
                    Optional.of("NVIDIA_API_KEY"),
                    Optional.of("NVIDIA_BASE_URL"),
                    Set.of(OPENAI_CHAT_COMPLETIONS, OPENAI_COMPLETIONS, OPENAI_EMBEDDINGS, MODEL_DISCOVERY),
                    Map.of(),
                    Set.of(MODEL_ID)),
            new ProviderProfile(
                    "openai-compatible",
                    AUTHORIZATION,
                    BEARER,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Set.of(
                            OPENAI_CHAT_COMPLETIONS,
                            OPENAI_COMPLETIONS,
                            OPENAI_RESPONSES,
                            OPENAI_EMBEDDINGS,
                            MODEL_DISCOVERY),
                    Map.of(),
                    Set.of(MODEL_ID)));

    public ProviderProfile {
        protocols = Set.copyOf(protocols);
        defaultFields = Map.copyOf(defaultFields);
        passedFields = Set.copyOf(passedFields);
    }

    /** The profile of this name. */
    public static Optional<ProviderProfile> named(String name) {
        return ALL.stream().filter(it -> it.name.equals(name)).findFirst();
    }

    /** The names of all. */
    public static List<String> names() {
        return ALL.stream().map(ProviderProfile::name).toList();
    }
}
