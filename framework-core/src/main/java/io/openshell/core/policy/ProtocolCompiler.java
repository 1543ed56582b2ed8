package io.openshell.core.policy;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.ConfigNode;
import io.openshell.api.config.Problem;
import io.openshell.api.inspect.EndpointContext;
import io.openshell.api.inspect.Globs;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.core.config.ConfigProblem;
import io.openshell.core.config.ConfigProblems;
import io.openshell.core.config.RecordBinder;
import io.openshell.core.config.RecordPrinter;
import io.openshell.core.config.YamlNode;
import io.openshell.core.config.YamlReader;
import io.openshell.core.match.CoreGlobs;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Has an endpoint's own protocol compile the keys that are the protocol's. A plugin is not trusted to keep to its
 * contract: what it throws or forgets to return is a problem of the policy.
 */
final class ProtocolCompiler {

    /** How deep protocols may ask for one another. */
    private static final int MAX_COMPANIONS = 4;

    private final InspectorCatalog catalog;
    private final Findings findings;
    private final Set<String> usable = new HashSet<>();

    ProtocolCompiler(InspectorCatalog catalog, Findings findings) {
        this.catalog = catalog;
        this.findings = findings;
    }

    /**
     * An endpoint's protocol, ready.
     *
     * @param options the protocol's keys as they were bound, for the canonical form
     */
    record Compiled(ProtocolInspector inspector, Map<String, Object> options) {}

    /** The keys that endpoints of a protocol have besides the core's. */
    static Set<String> keysOf(ProtocolInspectorFactory<?> factory) {
        return RecordBinder.keysOf(factory.configType());
    }

    /** Compiles an endpoint; empty if anything is wrong, which is then reported. */
    Optional<Compiled> compile(YamlNode.Mapping endpoint, ProtocolInspectorFactory<?> factory, boolean enforces) {
        if (!endpoint.isWhole()) {
            return Optional.empty(); // what is missing has been told
        }
        try {
            if (!usable.contains(factory.name())) {
                requireUsable(factory);
                usable.add(factory.name());
            }
            return compileBound(endpoint, factory, enforces);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            findings.problems().add(endpoint, "protocol " + factory.name() + " failed on this endpoint: " + e);
            return Optional.empty();
        }
    }

    private static void requireUsable(ProtocolInspectorFactory<?> factory) {
        RecordBinder.requireBindable(factory.configType());
        Set<String> taken = new TreeSet<>(keysOf(factory));
        taken.retainAll(PolicyKeys.ENDPOINT);
        if (!taken.isEmpty()) {
            throw new IllegalArgumentException(
                    "its configuration has keys of the core: " + taken + " (expected: keys of its own)");
        }
    }

    private <C extends Record> Optional<Compiled> compileBound(
            YamlNode.Mapping endpoint, ProtocolInspectorFactory<C> factory, boolean enforces) {
        Optional<C> options = new RecordBinder(findings.problems()).bindKnownKeys(endpoint, factory.configType());
        if (options.isEmpty()) {
            return Optional.empty();
        }
        Context context = new Context(endpoint.path(), enforces, 0);
        Compilation<ProtocolInspector> result = context.use(() -> factory.create(options.get(), context));
        return switch (result) {
            case Compilation.Compiled<ProtocolInspector>(ProtocolInspector inspector, List<Problem> warnings) -> {
                findings.warn(endpoint, warnings);
                boolean whole = findings.problems().count() == 0;
                yield Optional.of(new Compiled(inspector, whole ? RecordPrinter.mapping(options.get()) : Map.of()));
            }
            case Compilation.Rejected<ProtocolInspector>(List<Problem> problems) -> {
                findings.reject(endpoint, problems);
                yield Optional.empty();
            }
        };
    }

    /** What a factory is offered while it compiles, and only then. */
    private final class Context implements EndpointContext {

        private final String id;
        private final boolean enforces;
        private final int depth;
        private boolean open = true;

        Context(String id, boolean enforces, int depth) {
            this.id = id;
            this.enforces = enforces;
            this.depth = depth;
        }

        Compilation<ProtocolInspector> use(Supplier<Compilation<ProtocolInspector>> creation) {
            try {
                Compilation<ProtocolInspector> result = creation.get();
                if (result == null
                        || (result instanceof Compilation.Compiled<ProtocolInspector> compiled
                                && compiled.value() == null)) {
                    throw new IllegalStateException("null (expected: an inspector or problems)");
                }
                return result;
            } finally {
                open = false;
            }
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public boolean enforces() {
            return enforces;
        }

        @Override
        public Globs globs() {
            return new CoreGlobs();
        }

        @Override
        public Compilation<ProtocolInspector> companion(String protocol, Record options) {
            RecordBinder.requireBindable(options.getClass());
            ConfigProblems problems = new ConfigProblems();
            Optional<YamlNode> read = YamlReader.read(RecordPrinter.print(RecordPrinter.mapping(options)), problems);
            if (read.orElse(null) instanceof YamlNode.Mapping node && problems.count() == 0) {
                return companion(protocol, (ConfigNode) node);
            }
            throw new IllegalArgumentException("companion " + protocol + ": options that cannot be written");
        }

        @Override
        public Compilation<ProtocolInspector> companion(String protocol, ConfigNode options) {
            if (!open || depth >= MAX_COMPANIONS) {
                throw new IllegalStateException("companion " + protocol + ": asked for after create, or in a circle");
            }
            if (!(options instanceof YamlNode.Mapping node)) {
                throw new IllegalArgumentException("companion " + protocol + ": options that the core did not make");
            }
            return catalog.protocol(protocol)
                    .map(factory -> companion(node, factory))
                    .orElseGet(() -> new Compilation.Rejected<>(
                            List.of(new Problem("", Protocols.unknown(protocol, catalog.protocolNames())))));
        }

        private <C extends Record> Compilation<ProtocolInspector> companion(
                YamlNode.Mapping node, ProtocolInspectorFactory<C> factory) {
            RecordBinder.requireBindable(factory.configType());
            ConfigProblems problems = new ConfigProblems();
            Optional<C> options = new RecordBinder(problems).bind(node, factory.configType());
            if (options.isEmpty()) {
                return new Compilation.Rejected<>(
                        problems.sorted().stream().map(p -> relative(node, p)).toList());
            }
            Context inner = new Context(node.path().isEmpty() ? id : node.path(), enforces, depth + 1);
            return inner.use(() -> factory.create(options.get(), inner));
        }

        private Problem relative(YamlNode.Mapping node, ConfigProblem problem) {
            String below = problem.path().substring(node.path().length());
            return new Problem(below.startsWith(".") ? below.substring(1) : below, problem.message());
        }
    }
}
