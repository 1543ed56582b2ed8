package io.openshell.plugin.graphql;

import io.openshell.api.config.TextMatcher;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint's keys that are GraphQL's.
 *
 * @param access a preset instead of rules: {@code read-only}, {@code read-write} or {@code full}
 * @param rules what is allowed
 * @param denyRules what is not, whatever allows it
 * @param persistedQueries what becomes of a request that names a document instead of sending it: {@code deny}, the
 *     default, or {@code allow_registered}
 * @param graphqlPersistedQueries the documents that may be named: what each does, by its hash or id
 * @param graphqlMaxBodyBytes the largest body; {@value OptionsCompiler#DEFAULT_BODY_BYTES} if absent
 * @param graphqlLimits bounds of what a document may ask for
 */
public record GraphqlOptions(
        @Nullable String access,
        @Nullable List<Rule> rules,
        @Nullable List<Match> denyRules,
        @Nullable String persistedQueries,
        @Nullable Map<String, Registered> graphqlPersistedQueries,
        @Nullable Integer graphqlMaxBodyBytes,
        @Nullable Bounds graphqlLimits) {

    /**
     * One entry of {@code rules}.
     *
     * @param allow what it allows
     */
    public record Rule(@Nullable Match allow) {}

    /**
     * Which operations.
     *
     * @param operationType {@code query}, {@code mutation}, {@code subscription}, or {@code *} for any
     * @param operationName a matcher of the name that the document gives it; any if absent
     * @param fields globs over root fields by their real names: an allow rule needs all fields to match, a deny rule
     *     one; any if absent
     */
    public record Match(
            @Nullable String operationType,
            @Nullable TextMatcher operationName,
            @Nullable List<String> fields) {}

    /**
     * What a registered document does.
     *
     * @param operationType {@code query}, {@code mutation} or {@code subscription}
     * @param operationName its name; none if absent
     * @param fields its root fields
     */
    public record Registered(
            @Nullable String operationType,
            @Nullable String operationName,
            @Nullable List<String> fields) {}

    /**
     * Bounds, each with a default.
     *
     * @param maxDepth levels of nested fields
     * @param maxAliases fields that are given another name, counted as often as fragments repeat them
     * @param maxRootFields fields at the top of one operation
     * @param maxTokens words and signs of one document
     * @param maxBatch operations of one request
     */
    public record Bounds(
            @Nullable Integer maxDepth,
            @Nullable Integer maxAliases,
            @Nullable Integer maxRootFields,
            @Nullable Integer maxTokens,
            @Nullable Integer maxBatch) {}
}
