package io.openshell.plugin.rest;

import io.openshell.api.inspect.QueryMatcher;
import io.openshell.api.inspect.Request;
import java.util.function.Predicate;

/**
 * One rule, ready to be asked.
 *
 * @param id its place below the endpoint, as in {@code rules[2]}
 */
record CompiledRule(String id, MethodMatcher method, Predicate<String> path, QueryMatcher query) {

    boolean allows(Request request) {
        return method.allows(request.method()) && path.test(request.path()) && query.allows(request.query());
    }

    boolean denies(Request request) {
        return method.denies(request.method()) && path.test(request.path()) && query.denies(request.query());
    }
}
