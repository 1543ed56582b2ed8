package io.openshell.plugin.rest;

import io.openshell.api.config.TextMatcher;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint's keys that are REST's.
 *
 * @param access a preset instead of rules: {@code read-only}, {@code read-write} or {@code full}
 * @param rules what is allowed
 * @param denyRules what is not, whatever allows it
 */
public record RestOptions(
        @Nullable String access,
        @Nullable List<Rule> rules,
        @Nullable List<Match> denyRules) {

    /**
     * One entry of {@code rules}.
     *
     * @param allow what it allows
     */
    public record Rule(@Nullable Match allow) {}

    /**
     * Which requests.
     *
     * @param method a method, or {@code *} for any; {@code GET} is {@code HEAD} too
     * @param path a glob over the canonical path
     * @param query a matcher for each parameter that is looked at
     * @param command without meaning for REST
     */
    public record Match(
            @Nullable String method,
            @Nullable String path,
            @Nullable Map<String, TextMatcher> query,
            @Nullable String command) {}
}
