package io.openshell.core.inference;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The requests that are inference, each known by its method and path alone. */
public enum InferenceProtocol {
    OPENAI_CHAT_COMPLETIONS("POST", "/v1/chat/completions"),
    OPENAI_COMPLETIONS("POST", "/v1/completions"),
    OPENAI_RESPONSES("POST", "/v1/responses"),
    OPENAI_EMBEDDINGS("POST", "/v1/embeddings"),
    ANTHROPIC_MESSAGES("POST", "/v1/messages"),
    /** The list of models, and one model of it. */
    MODEL_DISCOVERY("GET", "/v1/models");

    private final String method;
    private final String path;
    private final String id;

    InferenceProtocol(String method, String path) {
        this.method = method;
        this.path = path;
        this.id = name().toLowerCase(Locale.ROOT);
    }

    /** What it is called in route files and events. */
    public String id() {
        return id;
    }

    /**
     * The protocol of a request.
     *
     * @param canonicalPath without query
     * @return empty if it is no inference, and then it goes nowhere
     */
    public static Optional<InferenceProtocol> of(String method, String canonicalPath) {
        return Arrays.stream(values())
                .filter(it -> it.method.equals(method) && it.covers(canonicalPath))
                .findFirst();
    }

    /** The protocol of this name. */
    public static Optional<InferenceProtocol> named(String id) {
        return Arrays.stream(values()).filter(it -> it.id.equals(id)).findFirst();
    }

    /** The names of all. */
    public static List<String> names() {
        return Arrays.stream(values()).map(InferenceProtocol::id).toList();
    }

    /** Whether its requests have a JSON body, which names a model. */
    public boolean hasBody() {
        return this != MODEL_DISCOVERY;
    }

    /** Whether its answers are short, and passed on whole. */
    public boolean isBuffered() {
        return this == MODEL_DISCOVERY || this == OPENAI_EMBEDDINGS;
    }

    private boolean covers(String asked) {
        return asked.equals(path) || (this == MODEL_DISCOVERY && asked.startsWith(path + "/"));
    }
}
