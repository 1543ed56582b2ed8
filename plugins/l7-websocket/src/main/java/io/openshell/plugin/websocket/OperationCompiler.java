package io.openshell.plugin.websocket;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.Problem;
import io.openshell.api.inspect.EndpointContext;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.plugin.websocket.OperationOptions.Operation;
import io.openshell.plugin.websocket.WebsocketOptions.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sorts out the rules about operations and has protocol {@code graphql} compile them. Used once. */
final class OperationCompiler {

    private static final String GRAPHQL = "graphql";

    private final EndpointContext context;
    private final List<Problem> problems;
    private final List<Problem> warnings;

    OperationCompiler(EndpointContext context, List<Problem> problems, List<Problem> warnings) {
        this.context = context;
        this.problems = problems;
        this.warnings = warnings;
    }

    /** Whether an endpoint says anything about operations, so that its text messages must be operations. */
    static boolean wanted(WebsocketOptions options) {
        String persisted = options.persistedQueries();
        return options.graphqlPersistedQueries() != null
                || (persisted != null && !persisted.equals("deny"))
                || matches(options).anyMatch(Match::aboutOperations);
    }

    private static Stream<Match> matches(WebsocketOptions options) {
        List<WebsocketOptions.Rule> rules = options.rules() == null ? List.of() : options.rules();
        List<Match> deny = options.denyRules() == null ? List.of() : options.denyRules();
        return Stream.concat(rules.stream().flatMap(rule -> Stream.ofNullable(rule.allow())), deny.stream());
    }

    /** The rules, ready; empty if anything is wrong, which is then noted. */
    Optional<OperationRules> compile(WebsocketOptions options) {
        List<OperationOptions.Rule> allow = new ArrayList<>();
        List<Integer> allowPlaces = new ArrayList<>();
        List<WebsocketOptions.Rule> rules = options.rules() == null ? List.of() : options.rules();
        for (int i = 0; i < rules.size(); i++) {
            Match match = rules.get(i).allow();
            if (match != null && match.aboutOperations()) {
                allow.add(new OperationOptions.Rule(Operation.of(match)));
                allowPlaces.add(i);
            }
        }
        List<Operation> deny = new ArrayList<>();
        List<Integer> denyPlaces = new ArrayList<>();
        List<Match> denyRules = options.denyRules() == null ? List.of() : options.denyRules();
        for (int i = 0; i < denyRules.size(); i++) {
            if (denyRules.get(i).aboutOperations()) {
                deny.add(Operation.of(denyRules.get(i)));
                denyPlaces.add(i);
            }
        }
        if (allow.isEmpty() && options.rules() != null) {
            problems.add(
                    new Problem(
                            "rules",
                            "no rule allows an operation, though the endpoint is about operations (expected: - allow: {operation_type})"));
            return Optional.empty();
        }
        OperationOptions operations = new OperationOptions(
                options.access(),
                nullIfEmpty(allow),
                nullIfEmpty(deny),
                options.persistedQueries(),
                options.graphqlPersistedQueries(),
                options.graphqlMaxBodyBytes(),
                options.graphqlLimits());
        return compiled(operations, new RulePlaces(allowPlaces, denyPlaces));
    }

    private static <T> @Nullable List<T> nullIfEmpty(List<T> list) {
        return list.isEmpty() ? null : list;
    }

    private Optional<OperationRules> compiled(OperationOptions options, RulePlaces places) {
        return switch (context.companion(GRAPHQL, options)) {
            case Compilation.Compiled<ProtocolInspector>(ProtocolInspector inspector, List<Problem> found) -> {
                found.forEach(warning -> warnings.add(translated(warning, places)));
                if (inspector instanceof RequestInspector graphql) {
                    yield Optional.of(new OperationRules(graphql, places));
                }
                problems.add(
                        new Problem("", "protocol " + GRAPHQL + " does not judge messages (expected: one that does)"));
                yield Optional.empty();
            }
            case Compilation.Rejected<ProtocolInspector>(List<Problem> found) -> {
                found.forEach(problem -> problems.add(translated(problem, places)));
                yield Optional.empty();
            }
        };
    }

    private static Problem translated(Problem problem, RulePlaces places) {
        if (problem.path().isEmpty()) {
            return new Problem("", "rules about operations: " + problem.message());
        }
        return new Problem(places.original(problem.path()), problem.message());
    }
}
