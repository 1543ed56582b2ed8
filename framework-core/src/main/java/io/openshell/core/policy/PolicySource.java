package io.openshell.core.policy;

import java.util.Objects;

/**
 * A policy's text and what to call it in messages.
 *
 * @param name a file's name, or a phrase such as "restrictive default"
 * @param text YAML
 */
public record PolicySource(String name, String text) {

    public PolicySource {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(text, "text");
    }
}
