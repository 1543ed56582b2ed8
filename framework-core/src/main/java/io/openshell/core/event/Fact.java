package io.openshell.core.event;

import java.util.Objects;

/**
 * Something that an event says besides its class's own fields.
 *
 * @param key in lower case with underscores
 * @param value one line; never a secret
 */
public record Fact(String key, String value) {

    public Fact {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
    }

    /** A number. */
    public static Fact of(String key, long value) {
        return new Fact(key, Long.toString(value));
    }
}
