package io.openshell.core.policy;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.ConfigNode;
import io.openshell.api.config.InvalidConfigException;
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
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Protocols for tests: shaped like those of plugins, with just enough rules of their own to show problems. */
final class TestProtocols {

    private TestProtocols() {}

    static InspectorCatalog catalog() {
        return InspectorCatalog.of(List.of(new Rest(), new Graphql(), new Socket()));
    }

    enum Access {
        READ_ONLY,
        READ_WRITE,
        FULL
    }

    record Allow(String method, String path, @Nullable Map<String, TextMatcher> query) {}

    record Rule(Allow allow) {}

    record RestKeys(
            @Nullable Access access,
            @Nullable List<Rule> rules,
            @Nullable List<Allow> denyRules,
            @Nullable Integer maxBodyBytes) {
        RestKeys {
            if (maxBodyBytes != null && maxBodyBytes < 1) {
                throw new InvalidConfigException("maxBodyBytes", maxBodyBytes, "a positive number");
            }
        }
    }

    record GraphqlKeys(@Nullable Access access, @Nullable Integer graphqlMaxBodyBytes) {}

    record SocketKeys(Access access, @Nullable ConfigNode messages) {}

    record Allowing(String rule) implements RequestInspector {
        @Override
        public BodyNeed bodyNeed(Request head) {
            return BodyNeed.NONE;
        }

        @Override
        public Verdict inspect(Request request) {
            return new Verdict.Allowed(rule);
        }
    }

    static final class Rest implements ProtocolInspectorFactory<RestKeys> {
        @Override
        public String name() {
            return "rest";
        }

        @Override
        public Class<RestKeys> configType() {
            return RestKeys.class;
        }

        @Override
        public Compilation<ProtocolInspector> create(RestKeys options, EndpointContext context) {
            List<Problem> problems = new ArrayList<>();
            List<Problem> warnings = new ArrayList<>();
            if (options.access() == null && options.rules() == null) {
                problems.add(new Problem("", "protocol requires rules or access to define allowed traffic"));
            }
            List<Rule> rules = options.rules() == null ? List.of() : options.rules();
            for (int i = 0; i < rules.size(); i++) {
                Problem place = new Problem("rules[" + i + "].allow.path", "unchecked");
                try {
                    context.globs().path(rules.get(i).allow().path());
                } catch (IllegalArgumentException e) {
                    problems.add(new Problem(place.path(), String.valueOf(e.getMessage())));
                }
                if (rules.get(i).allow().method().equals("FETCH")) {
                    warnings.add(new Problem("rules[" + i + "].allow.method", "FETCH: unknown HTTP method"));
                }
            }
            return Compilation.of(new Allowing("access"), problems, warnings);
        }
    }

    static final class Graphql implements ProtocolInspectorFactory<GraphqlKeys> {
        @Override
        public String name() {
            return "graphql";
        }

        @Override
        public Class<GraphqlKeys> configType() {
            return GraphqlKeys.class;
        }

        @Override
        public Compilation<ProtocolInspector> create(GraphqlKeys options, EndpointContext context) {
            return Compilation.of(new Allowing("access"));
        }
    }

    /** Judges the messages that it carries with another protocol. */
    static final class Socket implements ProtocolInspectorFactory<SocketKeys> {
        @Override
        public String name() {
            return "socket";
        }

        @Override
        public Class<SocketKeys> configType() {
            return SocketKeys.class;
        }

        @Override
        public Compilation<ProtocolInspector> create(SocketKeys options, EndpointContext context) {
            ConfigNode messages = options.messages();
            if (messages == null) {
                return Compilation.of(new Allowing("access"));
            }
            return switch (context.companion("graphql", messages)) {
                case Compilation.Compiled<ProtocolInspector> compiled -> compiled;
                case Compilation.Rejected<ProtocolInspector>(List<Problem> problems) ->
                    new Compilation.Rejected<>(
                            problems.stream().map(p -> p.below("messages")).toList());
            };
        }
    }

    /** A protocol that does on creation what {@code creation} does. */
    record Odd<C extends Record>(String name, Class<C> configType, Supplier<Compilation<ProtocolInspector>> creation)
            implements ProtocolInspectorFactory<C> {
        @Override
        public Compilation<ProtocolInspector> create(C options, EndpointContext context) {
            return creation.get();
        }
    }
}
