package io.openshell.plugin.websocket;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.ConfigNode;
import io.openshell.api.config.Problem;
import io.openshell.api.config.TextMatcher;
import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.EndpointContext;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.api.inspect.Request;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.api.inspect.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A protocol called {@code graphql} with the keys of the real one, whose messages are an operation type and a field, as in
 * {@code mutation deleteRepo}; {@code ping} asks for nothing.
 */
final class FakeGraphql implements ProtocolInspectorFactory<FakeGraphql.Options> {

    record Options(
            @Nullable String access,
            @Nullable List<Rule> rules,
            @Nullable List<Operation> denyRules,
            @Nullable String persistedQueries,
            @Nullable ConfigNode graphqlPersistedQueries,
            @Nullable Integer graphqlMaxBodyBytes,
            @Nullable ConfigNode graphqlLimits) {}

    record Rule(Operation allow) {}

    record Operation(
            @Nullable String operationType,
            @Nullable TextMatcher operationName,
            @Nullable List<String> fields) {

        boolean matches(String type, String field) {
            return type.equals(operationType) && (fields == null || fields.contains(field));
        }
    }

    @Override
    public String name() {
        return "graphql";
    }

    @Override
    public Class<Options> configType() {
        return Options.class;
    }

    @Override
    public Compilation<ProtocolInspector> create(Options options, EndpointContext context) {
        List<Problem> problems = new ArrayList<>();
        List<Rule> rules = options.rules() == null ? List.of() : options.rules();
        for (int i = 0; i < rules.size(); i++) {
            check("rules[" + i + "].allow", rules.get(i).allow(), problems);
        }
        List<Operation> deny = options.denyRules() == null ? List.of() : options.denyRules();
        for (int i = 0; i < deny.size(); i++) {
            check("deny_rules[" + i + "]", deny.get(i), problems);
        }
        return Compilation.of(new Inspector(options.access() != null, rules, deny), problems, List.of());
    }

    private static void check(String place, Operation operation, List<Problem> problems) {
        String type = String.valueOf(operation.operationType());
        if (!Set.of("query", "mutation", "subscription").contains(type)) {
            problems.add(new Problem(place + ".operation_type", "'" + type + "' (expected: query)"));
        }
    }

    private record Inspector(boolean all, List<Rule> rules, List<Operation> deny) implements RequestInspector {

        @Override
        public BodyNeed bodyNeed(Request head) {
            return BodyNeed.NONE;
        }

        @Override
        public Verdict inspect(Request request) {
            return new Verdict.Unreadable("messages only");
        }

        @Override
        public Verdict inspectMessage(String message) {
            if (message.equals("ping")) {
                return new Verdict.Allowed("control");
            }
            String[] words = message.split(" ", -1);
            if (words.length != 2) {
                return new Verdict.Unreadable("GraphQL message rejected: not two words");
            }
            for (int i = 0; i < deny.size(); i++) {
                if (deny.get(i).matches(words[0], words[1])) {
                    return new Verdict.Denied("deny_rules[" + i + "]", "GraphQL operation blocked by endpoint policy");
                }
            }
            for (int i = 0; i < rules.size(); i++) {
                if (rules.get(i).allow().matches(words[0], words[1])) {
                    return new Verdict.Allowed("rules[" + i + "]");
                }
            }
            return all
                    ? new Verdict.Allowed("access")
                    : Verdict.Denied.notPermitted("GraphQL operation not permitted by policy");
        }
    }
}
