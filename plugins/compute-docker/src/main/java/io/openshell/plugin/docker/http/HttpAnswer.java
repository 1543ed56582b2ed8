package io.openshell.plugin.docker.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An answer.
 *
 * @param status its status code
 * @param text its body
 * @param fields its fields by their names in lower case
 */
public record HttpAnswer(int status, String text, Map<String, String> fields) {

    private static final int SUCCESS = 200;
    private static final int REDIRECTION = 300;

    public HttpAnswer {
        fields = Map.copyOf(fields);
    }

    /** Without fields. */
    public HttpAnswer(int status, String text) {
        this(status, text, Map.of());
    }

    /** A field's value, if it is there. */
    public Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Whether it did what was asked. */
    public boolean isSuccess() {
        return isSuccess(status);
    }

    /** Whether an answer with this status did what was asked. */
    public static boolean isSuccess(int status) {
        return status >= SUCCESS && status < REDIRECTION;
    }
}
