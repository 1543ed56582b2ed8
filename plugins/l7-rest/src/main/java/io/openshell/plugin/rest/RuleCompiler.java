package io.openshell.plugin.rest;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.Problem;
import io.openshell.api.inspect.Globs;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.QueryMatcher;
import io.openshell.api.inspect.RuleKeys;
import io.openshell.plugin.rest.RestOptions.Match;
import io.openshell.plugin.rest.RestOptions.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Compiles the rules of one endpoint, collecting all that is wrong. Used once. */
final class RuleCompiler {

    private static final Map<String, List<String>> PRESETS = Map.of(
            "read-only", List.of("GET", "HEAD", "OPTIONS"),
            "read-write", List.of("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH"),
            "full", List.of(MethodMatcher.ANY));

    private final Globs globs;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    RuleCompiler(Globs globs) {
        this.globs = globs;
    }

    Compilation<ProtocolInspector> compile(RestOptions options) {
        problems.addAll(RuleKeys.check(
                options.access(),
                options.rules(),
                rule -> rule.allow() != null,
                "{method, path}",
                options.denyRules()));
        List<CompiledRule> allow = new ArrayList<>(preset(options.access()));
        List<Rule> rules = options.rules() == null ? List.of() : options.rules();
        for (int i = 0; i < rules.size(); i++) {
            allowRule("rules[" + i + "]", rules.get(i)).ifPresent(allow::add);
        }
        List<CompiledRule> deny = new ArrayList<>();
        List<Match> denyRules = options.denyRules() == null ? List.of() : options.denyRules();
        for (int i = 0; i < denyRules.size(); i++) {
            String place = "deny_rules[" + i + "]";
            rule(place, place, denyRules.get(i)).ifPresent(deny::add);
        }
        return Compilation.of(new RestInspector(allow, deny), problems, warnings);
    }

    private List<CompiledRule> preset(@Nullable String access) {
        Predicate<String> anyPath = globs.path("**");
        return RuleKeys.preset(access, PRESETS, warnings::add).stream()
                .map(method -> new CompiledRule("access", MethodMatcher.of(method), anyPath, QueryMatcher.ANY))
                .toList();
    }

    private Optional<CompiledRule> allowRule(String place, Rule rule) {
        if (rule.allow() == null) {
            warn(place, "no allow clause, so the rule allows nothing (expected: allow: {method, path})");
            return Optional.empty();
        }
        return rule(place, place + ".allow", rule.allow());
    }

    /** A rule's parts, each checked whatever the others are; nothing if any is wrong, which is then noted. */
    private Optional<CompiledRule> rule(String id, String place, Match match) {
        if (match.command() != null) {
            warn(
                    place + ".command",
                    "command has no meaning for protocol rest and is ignored (expected: method, path)");
        }
        Optional<MethodMatcher> method = method(place + ".method", match.method());
        Optional<Predicate<String>> path = path(place + ".path", match.path());
        Optional<QueryMatcher> query = QueryMatcher.of(
                match.query() == null ? Map.of() : match.query(), globs, place + ".query", problems::add);
        if (method.isEmpty() || path.isEmpty() || query.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new CompiledRule(id, method.get(), path.get(), query.get()));
    }

    private Optional<MethodMatcher> method(String place, @Nullable String text) {
        if (text == null || !MethodMatcher.isToken(text)) {
            problem(place, (text == null ? "missing" : "'" + text + "'") + " (expected: a method such as GET, or *)");
            return Optional.empty();
        }
        MethodMatcher method = MethodMatcher.of(text);
        if (!method.any() && !MethodMatcher.STANDARD.contains(method.name())) {
            warn(
                    place,
                    "Unknown HTTP/WebSocket method '" + text.toUpperCase(Locale.ROOT) + "'. Standard methods: "
                            + String.join(", ", new TreeSet<>(MethodMatcher.STANDARD)));
        }
        return Optional.of(method);
    }

    private Optional<Predicate<String>> path(String place, @Nullable String text) {
        if (text == null) {
            problem(place, "missing (expected: a path glob such as /repos/**, or ** for any path)");
            return Optional.empty();
        }
        return glob(place, () -> globs.path(text));
    }

    private interface GlobSource {
        Predicate<String> compile();
    }

    private Optional<Predicate<String>> glob(String place, GlobSource source) {
        try {
            return Optional.of(source.compile());
        } catch (IllegalArgumentException malformed) {
            problem(place, String.valueOf(malformed.getMessage()));
            return Optional.empty();
        }
    }

    private void problem(String place, String message) {
        problems.add(new Problem(place, message));
    }

    private void warn(String place, String message) {
        warnings.add(new Problem(place, message));
    }
}
