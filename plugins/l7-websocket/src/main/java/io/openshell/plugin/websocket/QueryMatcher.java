package io.openshell.plugin.websocket;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A rule's query: globs for the values of some parameters. Others are not looked at.
 *
 * @param parameters each parameter's globs, of which one must match a value; none means any query
 */
record QueryMatcher(Map<String, List<Predicate<String>>> parameters) {

    QueryMatcher {
        parameters = Map.copyOf(parameters);
    }

    /** Whether every parameter is there and every one of its values matches. */
    boolean allows(Map<String, List<String>> query) {
        for (Map.Entry<String, List<Predicate<String>>> parameter : parameters.entrySet()) {
            List<String> values = query.getOrDefault(parameter.getKey(), List.of());
            if (values.isEmpty() || !values.stream().allMatch(value -> matches(parameter.getValue(), value))) {
                return false;
            }
        }
        return true;
    }

    /** Whether every parameter is there and at least one of its values matches. */
    boolean denies(Map<String, List<String>> query) {
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
