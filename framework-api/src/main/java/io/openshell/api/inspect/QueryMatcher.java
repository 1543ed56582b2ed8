package io.openshell.api.inspect;

import io.openshell.api.config.Problem;
import io.openshell.api.config.TextMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A rule's query, for protocols whose rules speak of query parameters: globs for the values of some of them. Others are not
 * looked at. Immutable; any thread.
 *
 * @param parameters each parameter's globs, of which one must match a value; none means any query
 */
public record QueryMatcher(Map<String, List<Predicate<String>>> parameters) {

    /** Any query. */
    public static final QueryMatcher ANY = new QueryMatcher(Map.of());

    public QueryMatcher {
        parameters = Map.copyOf(parameters);
    }

    /**
     * Compiles a rule's query.
     *
     * @param query as the policy has it
     * @param place where it stands in the endpoint's options, as in {@code rules[0].allow.query}
     * @param problems told of each glob that is malformed
     * @return nothing if any is malformed
     */
    public static Optional<QueryMatcher> of(
            Map<String, TextMatcher> query, Globs globs, String place, Consumer<Problem> problems) {
        Map<String, List<Predicate<String>>> parameters = new HashMap<>();
        boolean complete = true;
        for (Map.Entry<String, TextMatcher> parameter : query.entrySet()) {
            List<Predicate<String>> any = new ArrayList<>();
            for (String text : parameter.getValue().any()) {
                try {
                    any.add(globs.text(text));
                } catch (IllegalArgumentException malformed) {
                    complete = false;
                    problems.accept(
                            new Problem(place + "." + parameter.getKey(), String.valueOf(malformed.getMessage())));
                }
            }
            parameters.put(parameter.getKey(), List.copyOf(any));
        }
        return complete ? Optional.of(new QueryMatcher(parameters)) : Optional.empty();
    }

    /**
     * What an allow rule asks: whether every parameter is there and every one of its values matches.
     *
     * @param query of the request, decoded
     */
    public boolean allows(Map<String, List<String>> query) {
        for (Map.Entry<String, List<Predicate<String>>> parameter : parameters.entrySet()) {
            List<String> values = query.getOrDefault(parameter.getKey(), List.of());
            if (values.isEmpty() || !values.stream().allMatch(value -> matches(parameter.getValue(), value))) {
                return false;
            }
        }
        return true;
    }

    /**
     * What a deny rule asks: whether every parameter is there and at least one of its values matches.
     *
     * @param query of the request, decoded
     */
    public boolean denies(Map<String, List<String>> query) {
        for (Map.Entry<String, List<Predicate<String>>> parameter : parameters.entrySet()) {
            List<String> values = query.getOrDefault(parameter.getKey(), List.of());
            if (values.stream().noneMatch(value -> matches(parameter.getValue(), value))) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(List<Predicate<String>> globs, String value) {
        for (Predicate<String> glob : globs) {
            if (glob.test(value)) {
                return true;
            }
        }
        return false;
    }
}
