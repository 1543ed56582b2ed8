package io.openshell.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.ConfigNode;
import io.openshell.api.config.Problem;
import io.openshell.api.inspect.EndpointContext;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A plugin that breaks its contract refuses the policy, with its name. */
final class MisbehavingProtocolTest {

    private static final String POLICY = """
            version: 1
            network_policies:
              api:
                endpoints:
                  - {host: a.example.com, port: 443, protocol: odd}
                binaries: [{path: /usr/bin/curl}]
            """;

    record NoKeys() {}

    record CoreKey(String host) {}

    record Unbindable(StringBuilder text) {}

    record Refusing() {
        Refusing {
            throw new IllegalStateException("not today");
        }
    }

    record Nested(ConfigNode inner) {}

    private static <C extends Record> String load(Class<C> keys, Supplier<Compilation<ProtocolInspector>> creation) {
        return load(new TestProtocols.Odd<>("odd", keys, creation), POLICY);
    }

    private static String load(ProtocolInspectorFactory<?> factory, String policy) {
        LoadResult result =
                new PolicyLoader(InspectorCatalog.of(List.of(factory))).load(new PolicySource("policy.yaml", policy));
        return switch (result) {
            case LoadResult.Loaded ignored -> "loaded";
            case LoadResult.Invalid invalid -> invalid.describe();
        };
    }

    @Test
    void one_that_keeps_to_it_loads() {
        assertThat(load(NoKeys.class, () -> Compilation.of(new TestProtocols.Allowing("x"))))
                .isEqualTo("loaded");
    }

    @Test
    void one_that_throws() {
        assertThat(load(NoKeys.class, () -> {
                    throw new IllegalStateException("broken\nin two");
                }))
                .isEqualTo("policy.yaml:5:9: network_policies.api.endpoints[0]: protocol odd failed on this endpoint:"
                        + " java.lang.IllegalStateException: brokenU+000Ain two");
    }

    @Test
    void one_whose_classes_are_missing() {
        assertThat(load(NoKeys.class, () -> {
                    throw new NoClassDefFoundError("com/example/Gone");
                }))
                .contains("protocol odd failed on this endpoint: java.lang.NoClassDefFoundError: com/example/Gone");
    }

    @Test
    void one_that_never_ends_calling_itself() {
        assertThat(load(NoKeys.class, MisbehavingProtocolTest::endless))
                .contains("protocol odd failed on this endpoint: java.lang.StackOverflowError");
    }

    @SuppressWarnings("InfiniteRecursion")
    private static Compilation<ProtocolInspector> endless() {
        return endless();
    }

    @Test
    @SuppressWarnings("NullAway") // what a plugin without nullness checks does
    void one_that_returns_null() {
        assertThat(load(NoKeys.class, () -> null)).contains("null (expected: an inspector or problems)");
    }

    @Test
    @SuppressWarnings("NullAway") // what a plugin without nullness checks does
    void one_that_returns_null_as_its_inspector() {
        assertThat(load(NoKeys.class, () -> Compilation.of(null)))
                .contains("null (expected: an inspector or problems)");
    }

    @Test
    void one_that_takes_a_key_of_the_core() {
        assertThat(load(CoreKey.class, () -> Compilation.of(new TestProtocols.Allowing("x"))))
                .contains("its configuration has keys of the core: [host] (expected: keys of its own)");
    }

    @Test
    void one_whose_record_cannot_be_bound() {
        assertThat(load(Unbindable.class, () -> Compilation.of(new TestProtocols.Allowing("x"))))
                .contains("Unbindable.text: java.lang.StringBuilder (expected: String, boolean, int, long, an enum");
    }

    @Test
    void one_whose_record_throws() {
        assertThat(load(Refusing.class, () -> Compilation.of(new TestProtocols.Allowing("x"))))
                .isEqualTo("policy.yaml:5:9: network_policies.api.endpoints[0]: refused by its configuration record:"
                        + " java.lang.IllegalStateException: not today");
    }

    @Test
    void one_whose_problem_is_nowhere() {
        assertThat(load(
                        NoKeys.class,
                        () -> new Compilation.Rejected<>(List.of(new Problem("no.such[7].place", "wrong")))))
                .isEqualTo("policy.yaml:5:9: network_policies.api.endpoints[0].no.such[7].place: wrong");
    }

    /** Asks for itself on the same options, again and again. */
    private record Circular(List<EndpointContext> seen) implements ProtocolInspectorFactory<Nested> {
        @Override
        public String name() {
            return "odd";
        }

        @Override
        public Class<Nested> configType() {
            return Nested.class;
        }

        @Override
        public Compilation<ProtocolInspector> create(Nested options, EndpointContext context) {
            seen.add(context);
            return context.companion("odd", options.inner());
        }
    }

    @Test
    void one_that_asks_for_too_many_companions() {
        String deep = "{inner: ".repeat(8) + "{}" + "}".repeat(8);
        String policy = POLICY.replace("protocol: odd", "protocol: odd, inner: " + deep);

        assertThat(load(new Circular(new ArrayList<>()), policy))
                .contains("companion odd: asked for after create, or in a circle");
    }

    @Test
    void one_that_keeps_its_context() {
        List<EndpointContext> seen = new ArrayList<>();
        load(new Circular(seen), POLICY.replace("protocol: odd", "protocol: odd, inner: {}"));
        EndpointContext kept = seen.get(0);

        assertThatThrownBy(() -> kept.companion("odd", () -> "x")).hasMessageContaining("asked for after create");
    }

    @Test
    void one_whose_companion_is_not_installed() {
        ProtocolInspectorFactory<Nested> factory = new ProtocolInspectorFactory<>() {
            @Override
            public String name() {
                return "odd";
            }

            @Override
            public Class<Nested> configType() {
                return Nested.class;
            }

            @Override
            public Compilation<ProtocolInspector> create(Nested options, EndpointContext context) {
                return context.companion("graphql", options.inner());
            }
        };
        assertThat(load(factory, POLICY.replace("protocol: odd", "protocol: odd, inner: {}")))
                .contains("unknown protocol 'graphql' (expected: odd; other protocols come with plugins");
    }
}
