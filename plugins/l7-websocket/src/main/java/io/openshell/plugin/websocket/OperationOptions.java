package io.openshell.plugin.websocket;

import io.openshell.api.config.ConfigNode;
import io.openshell.api.config.TextMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An endpoint's keys about operations, as protocol {@code graphql} calls them. */
record OperationOptions(
        @Nullable String access,
        @Nullable List<Rule> rules,
        @Nullable List<Operation> denyRules,
        @Nullable String persistedQueries,
        @Nullable ConfigNode graphqlPersistedQueries,
        @Nullable Integer graphqlMaxBodyBytes,
        @Nullable ConfigNode graphqlLimits) {

    record Rule(Operation allow) {}

    record Operation(
            @Nullable String operationType,
            @Nullable TextMatcher operationName,
            @Nullable List<String> fields) {

        static Operation of(WebsocketOptions.Match match) {
            return new Operation(match.operationType(), match.operationName(), match.fields());
        }
    }
}
