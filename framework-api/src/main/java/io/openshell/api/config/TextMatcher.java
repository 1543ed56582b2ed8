package io.openshell.api.config;

import java.util.List;

/**
 * A value matcher as policies write it: one glob, or {@code {any: [glob, …]}}, of which one must match.
 *
 * @param any the globs, at least one
 */
public record TextMatcher(List<String> any) {

    public TextMatcher {
        any = List.copyOf(any);
        if (any.isEmpty()) {
            throw new InvalidConfigException("any", any, "a list that is not empty");
        }
    }
}
