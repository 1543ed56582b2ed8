package io.openshell.plugin.graphql;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.Problem;
import io.openshell.api.config.TextMatcher;
import io.openshell.api.inspect.Globs;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.RuleKeys;
import io.openshell.plugin.graphql.GraphqlOptions.Bounds;
import io.openshell.plugin.graphql.GraphqlOptions.Match;
import io.openshell.plugin.graphql.GraphqlOptions.Registered;
import io.openshell.plugin.graphql.GraphqlOptions.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Compiles the options of one endpoint, collecting all that is wrong. Used once. */
final class OptionsCompiler {

    static final int DEFAULT_BODY_BYTES = 65_536;

    private static final int MAX_BODY_BYTES = 16 * 1024 * 1024;
    private static final String ANY = "*";
    private static final String TYPES = "query, mutation, subscription";
    private static final String ALLOW_REGISTERED = "allow_registered";

    private static final Map<String, List<Optional<OperationType>>> PRESETS = Map.of(
            "read-only", List.of(Optional.of(OperationType.QUERY)),
            "read-write", List.of(Optional.of(OperationType.QUERY), Optional.of(OperationType.MUTATION)),
            "full", List.of(Optional.empty()));

    private final Globs globs;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    OptionsCompiler(Globs globs) {
        this.globs = globs;
    }

    Compilation<ProtocolInspector> compile(GraphqlOptions options) {
        problems.addAll(RuleKeys.check(
                options.access(),
                options.rules(),
                rule -> rule.allow() != null,
                "{operation_type}",
                options.denyRules()));
        OperationRules rules = new OperationRules(allowRules(options), denyRules(options));
        Limits limits = limits(options.graphqlLimits());
        PersistedQueries persisted = persisted(options);
        int maxBodyBytes = maxBodyBytes(options.graphqlMaxBodyBytes());
        if (!problems.isEmpty()) {
            return new Compilation.Rejected<>(problems);
        }
        DocumentReader reader = new DocumentReader(limits);
        reader.warmUp();
        OperationFinder finder = new OperationFinder(new Documents(reader), persisted);
        return new Compilation.Compiled<>(new GraphqlInspector(finder, rules, limits.batch(), maxBodyBytes), warnings);
    }

    private List<OperationRule> allowRules(GraphqlOptions options) {
        List<OperationRule> allow = new ArrayList<>(preset(options.access()));
        List<Rule> rules = options.rules() == null ? List.of() : options.rules();
        for (int i = 0; i < rules.size(); i++) {
            String place = "rules[" + i + "]";
            Match match = rules.get(i).allow();
            if (match == null) {
                warn(place, "no allow clause, so the rule allows nothing (expected: allow: {operation_type})");
            } else {
                rule(place, place + ".allow", match).ifPresent(allow::add);
            }
        }
        return allow;
    }

    private List<OperationRule> denyRules(GraphqlOptions options) {
        List<OperationRule> deny = new ArrayList<>();
        List<Match> matches = options.denyRules() == null ? List.of() : options.denyRules();
        for (int i = 0; i < matches.size(); i++) {
            String place = "deny_rules[" + i + "]";
            rule(place, place, matches.get(i)).ifPresent(deny::add);
        }
        return deny;
    }

    private List<OperationRule> preset(@Nullable String access) {
        return RuleKeys.preset(access, PRESETS, warnings::add).stream()
                .map(type -> new OperationRule("access", type, List.of(), List.of()))
                .toList();
    }

    /** A rule's parts, each checked whatever the others are; nothing if any is wrong, which is then noted. */
    private Optional<OperationRule> rule(String id, String place, Match match) {
        int before = problems.size();
        Optional<OperationType> type =
                ANY.equals(match.operationType()) ? Optional.empty() : type(place, match.operationType(), ", or *");
        List<Predicate<String>> names = names(place + ".operation_name", match.operationName());
        List<Predicate<String>> fields = fields(place + ".fields", match.fields());
        return problems.size() > before ? Optional.empty() : Optional.of(new OperationRule(id, type, names, fields));
    }

    private Optional<OperationType> type(String place, @Nullable String text, String orElse) {
        Optional<OperationType> type = text == null ? Optional.empty() : OperationType.of(text);
        if (type.isEmpty()) {
            String seen = text == null ? "missing" : "'" + text + "'";
            problem(place + ".operation_type", seen + " (expected: one of " + TYPES + orElse + ")");
        }
        return type;
    }

    private List<Predicate<String>> names(String place, @Nullable TextMatcher matcher) {
        List<Predicate<String>> names = new ArrayList<>();
        for (String text : matcher == null ? List.<String>of() : matcher.any()) {
            glob(place, text).ifPresent(names::add);
        }
        return names;
    }

    private List<Predicate<String>> fields(String place, @Nullable List<String> fields) {
        if (fields != null && fields.isEmpty()) {
            problem(place, "list must not be empty; omit fields to match all root fields");
        }
        List<Predicate<String>> compiled = new ArrayList<>();
        for (int i = 0; fields != null && i < fields.size(); i++) {
            if (fields.get(i).isBlank()) {
                problem(place + "[" + i + "]", "empty (expected: a root field's name, or a glob)");
            } else {
                glob(place + "[" + i + "]", fields.get(i)).ifPresent(compiled::add);
            }
        }
        return compiled;
    }

    private Optional<Predicate<String>> glob(String place, String text) {
        try {
            return Optional.of(globs.text(text));
        } catch (IllegalArgumentException malformed) {
            problem(place, String.valueOf(malformed.getMessage()));
            return Optional.empty();
        }
    }

    private PersistedQueries persisted(GraphqlOptions options) {
        String mode = options.persistedQueries() == null ? "deny" : options.persistedQueries();
        boolean registered = mode.equals(ALLOW_REGISTERED);
        if (!registered && !mode.equals("deny")) {
            problem("persisted_queries", "'" + mode + "' (expected: deny or " + ALLOW_REGISTERED + ")");
        }
        Map<String, Operation> operations = new HashMap<>();
        if (options.graphqlPersistedQueries() != null) {
            options.graphqlPersistedQueries()
                    .forEach((id, entry) -> registered("graphql_persisted_queries." + id, entry)
                            .ifPresent(operation -> operations.put(id, operation)));
            if (!registered) {
                warn("graphql_persisted_queries", "has no effect without persisted_queries: " + ALLOW_REGISTERED);
            }
        }
        return registered ? new PersistedQueries(operations) : PersistedQueries.NONE;
    }

    private Optional<Operation> registered(String place, Registered entry) {
        Set<String> fields = new LinkedHashSet<>(entry.fields() == null ? List.of() : entry.fields());
        return type(place, entry.operationType(), "")
                .map(type -> new Operation(type, entry.operationName() == null ? "" : entry.operationName(), fields));
    }

    private int maxBodyBytes(@Nullable Integer bytes) {
        return bounded("graphql_max_body_bytes", bytes, DEFAULT_BODY_BYTES, MAX_BODY_BYTES);
    }

    private Limits limits(@Nullable Bounds bounds) {
        if (bounds == null) {
            return Limits.DEFAULT;
        }
        Limits usual = Limits.DEFAULT;
        Limits most = Limits.LARGEST;
        return new Limits(
                bounded("graphql_limits.max_depth", bounds.maxDepth(), usual.depth(), most.depth()),
                bounded("graphql_limits.max_aliases", bounds.maxAliases(), usual.aliases(), most.aliases()),
                bounded(
                        "graphql_limits.max_root_fields",
                        bounds.maxRootFields(),
                        usual.rootFields(),
                        most.rootFields()),
                bounded("graphql_limits.max_tokens", bounds.maxTokens(), usual.tokens(), most.tokens()),
                bounded("graphql_limits.max_batch", bounds.maxBatch(), usual.batch(), most.batch()));
    }

    private int bounded(String place, @Nullable Integer value, int usual, int most) {
        if (value == null) {
            return usual;
        }
        if (value < 1 || value > most) {
            problem(place, value + " must be a positive integer (expected: 1 to " + most + ")");
            return usual;
        }
        return value;
    }

    private void problem(String place, String message) {
        problems.add(new Problem(place, message));
    }

    private void warn(String place, String message) {
        warnings.add(new Problem(place, message));
    }
}
