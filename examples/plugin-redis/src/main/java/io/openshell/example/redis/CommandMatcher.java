package io.openshell.example.redis;

import io.openshell.api.config.Problem;
import io.openshell.api.config.TextMatcher;
import io.openshell.api.inspect.Globs;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One rule, compiled.
 *
 * @param place the rule's place below the endpoint
 * @param command matches names in capitals
 * @param key matches keys; empty if the rule is about any
 */
record CommandMatcher(String place, Predicate<String> command, Optional<Predicate<String>> key) {

    /** Compiles a rule; what is malformed is a problem, and then matches nothing. */
    static CommandMatcher compile(
            String place, String path, RedisOptions.Command rule, Globs globs, List<Problem> problems) {
        Predicate<String> command =
                any(path + ".command", rule.command(), glob -> globs.plain(glob.toUpperCase(Locale.ROOT)), problems);
        Optional<Predicate<String>> key =
                Optional.ofNullable(rule.key()).map(globbed -> any(path + ".key", globbed, globs::plain, problems));
        return new CommandMatcher(place, command, key);
    }

    private static Predicate<String> any(
            String path, TextMatcher matcher, Function<String, Predicate<String>> compiler, List<Problem> problems) {
        Predicate<String> any = text -> false;
        for (String glob : matcher.any()) {
            try {
                any = any.or(compiler.apply(glob));
            } catch (IllegalArgumentException malformed) {
                problems.add(new Problem(path, glob + ": " + malformed.getMessage() + " (expected: a glob)"));
            }
        }
        return any;
    }

    /** As a rule that allows: every key must match, so keys that are not known or not text do not. */
    boolean allows(RedisCommand called) {
        return named(called) && key.map(matches -> called.keys().all(matches)).orElse(true);
    }

    /** As a rule that refuses: any key will do, and one that is not known or not text is taken for one that matches. */
    boolean refuses(RedisCommand called) {
        return named(called) && key.map(matches -> called.keys().any(matches)).orElse(true);
    }

    private boolean named(RedisCommand called) {
        return called.names().stream().anyMatch(command);
    }
}
