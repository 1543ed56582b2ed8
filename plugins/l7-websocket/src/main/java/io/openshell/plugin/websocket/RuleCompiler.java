package io.openshell.plugin.websocket;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.Problem;
import io.openshell.api.inspect.EndpointContext;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.QueryMatcher;
import io.openshell.api.inspect.RuleKeys;
import io.openshell.plugin.websocket.WebsocketOptions.Match;
import io.openshell.plugin.websocket.WebsocketOptions.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compiles the rules of one endpoint, collecting all that is wrong. Used once. */
final class RuleCompiler {

    private static final Map<String, List<String>> PRESETS = Map.of(
            "read-only", List.of(RequestRule.HANDSHAKE),
            "read-write", List.of(RequestRule.HANDSHAKE, RequestRule.TEXT),
            "full", List.of(RequestRule.ANY));

    private final EndpointContext context;
    private final MemoryBudget budget;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    RuleCompiler(EndpointContext context, MemoryBudget budget) {
        this.context = context;
        this.budget = budget;
    }

    Compilation<ProtocolInspector> compile(WebsocketOptions options) {
        problems.addAll(RuleKeys.check(
                options.access(),
                options.rules(),
                rule -> rule.allow() != null,
                "{method, path}",
                options.denyRules()));
        boolean operations = OperationCompiler.wanted(options);
        List<RequestRule> allow = new ArrayList<>(preset(options.access()));
        List<Rule> rules = orEmpty(options.rules());
        for (int i = 0; i < rules.size(); i++) {
            allow("rules[" + i + "]", rules.get(i), operations).ifPresent(allow::add);
        }
        List<RequestRule> deny = new ArrayList<>();
        List<Match> denyRules = orEmpty(options.denyRules());
        for (int i = 0; i < denyRules.size(); i++) {
            String place = "deny_rules[" + i + "]";
            rule(place, place, denyRules.get(i)).ifPresent(deny::add);
        }
        checkHandshake(options, allow);
        Optional<OperationRules> compiled =
                operations ? new OperationCompiler(context, problems, warnings).compile(options) : Optional.empty();
        checkOperationKeys(options, operations);
        BinaryRule binary = binary(options, operations, Stream.concat(allow.stream(), deny.stream()));
        return Compilation.of(new WebsocketInspector(allow, deny, compiled, binary, budget), problems, warnings);
    }

    private void checkHandshake(WebsocketOptions options, List<RequestRule> allow) {
        boolean named = allow.stream().anyMatch(rule -> !rule.method().equals(RequestRule.TEXT));
        if (options.rules() != null && !named && problems.isEmpty()) {
            warn("rules", "no rule allows a handshake, so no connection opens (expected: one with method GET)");
        }
    }

    private void checkOperationKeys(WebsocketOptions options, boolean operations) {
        if (operations) {
            return;
        }
        Map<String, @Nullable Object> keys = new HashMap<>();
        keys.put("graphql_max_body_bytes", options.graphqlMaxBodyBytes());
        keys.put("graphql_limits", options.graphqlLimits());
        keys.forEach((key, value) -> {
            if (value != null) {
                warn(key, "without effect: no rule here is about operations (expected: one with operation_type)");
            }
        });
    }

    private List<RequestRule> preset(@Nullable String access) {
        Predicate<String> anyPath = context.globs().path("**");
        return RuleKeys.preset(access, PRESETS, warnings::add).stream()
                .map(method -> new RequestRule("access", method, anyPath, QueryMatcher.ANY))
                .toList();
    }

    private Optional<RequestRule> allow(String place, Rule rule, boolean operations) {
        Match match = rule.allow();
        if (match == null) {
            warn(place, "no allow clause, so the rule allows nothing (expected: allow: {method, path})");
            return Optional.empty();
        }
        Optional<RequestRule> compiled = rule(place, place + ".allow", match);
        if (operations && compiled.isPresent() && compiled.get().method().equals(RequestRule.TEXT)) {
            problem(
                    place + ".allow.method",
                    "WEBSOCKET_TEXT would allow every operation (expected: rules with operation_type, for this endpoint has"
                            + " rules about operations)");
        }
        return compiled;
    }

    /** A rule about handshakes or text messages; nothing if it is about operations, or wrong, which is then noted. */
    private Optional<RequestRule> rule(String id, String place, Match match) {
        if (match.aboutOperations()) {
            if (match.aboutRequests()) {
                problem(
                        place,
                        "method, path and query cannot stand with operation_type, operation_name and fields (expected: two rules)");
            }
            return Optional.empty();
        }
        Optional<String> method = method(place + ".method", match.method());
        Optional<Predicate<String>> path = path(place + ".path", match.path());
        Optional<QueryMatcher> query = QueryMatcher.of(
                match.query() == null ? Map.of() : match.query(), context.globs(), place + ".query", problems::add);
        if (method.isEmpty() || path.isEmpty() || query.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new RequestRule(id, method.get(), path.get(), query.get()));
    }

    private Optional<String> method(String place, @Nullable String text) {
        String method = text == null ? "" : text.toUpperCase(Locale.ROOT);
        return switch (method) {
            case RequestRule.HANDSHAKE, RequestRule.TEXT, RequestRule.ANY -> Optional.of(method);
            default -> {
                problem(
                        place,
                        (text == null ? "missing" : "'" + text + "'")
                                + " (expected: GET for handshakes, WEBSOCKET_TEXT for text messages, or * for both)");
                yield Optional.empty();
            }
        };
    }

    private Optional<Predicate<String>> path(String place, @Nullable String text) {
        if (text == null) {
            problem(place, "missing (expected: a path glob such as /events/**, or ** for any path)");
            return Optional.empty();
        }
        return glob(place, () -> context.globs().path(text));
    }

    private static BinaryRule binary(WebsocketOptions options, boolean operations, Stream<RequestRule> rules) {
        boolean aboutText = operations
                || rules.anyMatch(rule ->
                        rule.method().equals(RequestRule.TEXT) && !rule.id().equals("access"));
        return switch (options.binary()) {
            case ALLOW -> BinaryRule.ALLOW;
            case DENY -> BinaryRule.DENY;
            case null -> aboutText ? BinaryRule.DENY : BinaryRule.AS_TEXT;
        };
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

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private void problem(String place, String message) {
        problems.add(new Problem(place, message));
    }

    private void warn(String place, String message) {
        warnings.add(new Problem(place, message));
    }
}
