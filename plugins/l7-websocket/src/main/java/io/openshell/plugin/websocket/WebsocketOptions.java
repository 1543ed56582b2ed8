package io.openshell.plugin.websocket;

import io.openshell.api.config.ConfigNode;
import io.openshell.api.config.TextMatcher;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint's keys that are WebSocket's. Those about operations are GraphQL's, and are handed to that protocol.
 *
 * @param access a preset instead of rules: {@code read-only}, {@code read-write} or {@code full}
 * @param rules what is allowed
 * @param denyRules what is not, whatever allows it
 * @param binary what becomes of binary messages, which no rule can read; absent: denied where there are rules about text
 *     messages, else as text messages are
 * @param persistedQueries as of {@code graphql}
 * @param graphqlPersistedQueries as of {@code graphql}
 * @param graphqlMaxBodyBytes as of {@code graphql}
 * @param graphqlLimits as of {@code graphql}
 */
public record WebsocketOptions(
        @Nullable String access,
        @Nullable List<Rule> rules,
        @Nullable List<Match> denyRules,
        @Nullable Binary binary,
        @Nullable String persistedQueries,
        @Nullable ConfigNode graphqlPersistedQueries,
        @Nullable Integer graphqlMaxBodyBytes,
        @Nullable ConfigNode graphqlLimits) {

    /** What becomes of binary messages. */
    public enum Binary {
        ALLOW,
        DENY
    }

    /**
     * One entry of {@code rules}.
     *
     * @param allow what it allows
     */
    public record Rule(@Nullable Match allow) {}

    /**
     * Which handshakes and messages ({@code method}, {@code path}, {@code query}), or which operations (the others).
     *
     * @param method {@code GET} for the handshake, {@code WEBSOCKET_TEXT} for text messages, {@code *} for both
     * @param path a glob over the handshake's canonical path
     * @param query a matcher for each parameter of the handshake that is looked at
     * @param operationType as of {@code graphql}
     * @param operationName as of {@code graphql}
     * @param fields as of {@code graphql}
     */
    public record Match(
            @Nullable String method,
            @Nullable String path,
            @Nullable Map<String, TextMatcher> query,
            @Nullable String operationType,
            @Nullable TextMatcher operationName,
            @Nullable List<String> fields) {

        boolean aboutRequests() {
            return method != null || path != null || query != null;
        }

        boolean aboutOperations() {
            return operationType != null || operationName != null || fields != null;
        }
    }
}
