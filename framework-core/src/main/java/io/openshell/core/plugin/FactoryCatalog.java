package io.openshell.core.plugin;

import io.openshell.api.plugin.EnforcementPlugin;
import io.openshell.api.plugin.PluginFactory;
import io.openshell.core.config.RecordBinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Everybody's factories by kind and name. What a plugin returns is believed in nothing: it may be null, throw or lie. */
final class FactoryCatalog {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    private final Map<PluginKind, Map<String, Registration>> registrations = new EnumMap<>(PluginKind.class);
    private final Problems problems;

    FactoryCatalog(Problems problems) {
        this.problems = problems;
        for (PluginKind kind : PluginKind.values()) {
            registrations.put(kind, new TreeMap<>());
        }
    }

    private record Registration(Path plugin, PluginFactory<?> factory) {}

    /** The names of a kind, sorted. */
    List<String> names(PluginKind kind) {
        return List.copyOf(of(kind).keySet());
    }

    Optional<PluginFactory<?>> find(PluginKind kind, String name) {
        return Optional.ofNullable(of(kind).get(name)).map(Registration::factory);
    }

    /** Asks a plugin for its factories, each method once, and keeps those that are in order. */
    List<LoadedPlugin.Offer> register(Path plugin, EnforcementPlugin entry) {
        List<LoadedPlugin.Offer> offers = new ArrayList<>();
        for (PluginKind kind : PluginKind.values()) {
            for (PluginFactory<?> factory : factories(plugin, kind, entry)) {
                register(plugin, kind, factory).ifPresent(offers::add);
            }
        }
        if (offers.isEmpty() && !problems.concern(plugin)) {
            problems.add(plugin, "offers nothing (expected: at least one factory)");
        }
        return offers.stream()
                .sorted(Comparator.comparing(LoadedPlugin.Offer::kind).thenComparing(LoadedPlugin.Offer::name))
                .toList();
    }

    private List<PluginFactory<?>> factories(Path plugin, PluginKind kind, EnforcementPlugin entry) {
        List<PluginFactory<?>> factories = new ArrayList<>();
        List<? extends PluginFactory<?>> returned = ask(plugin, kind.method(), () -> switch (kind) {
            case PROTOCOL -> entry.protocolInspectors();
            case COMPUTE_DRIVER -> entry.computeDrivers();
            case CREDENTIAL_REWRITER -> entry.credentialRewriters();
            case LOG_EXPORTER -> entry.logExporters();
        });
        if (returned == null) {
            return factories;
        }
        Object[] elements = ask(plugin, kind.method(), returned::toArray);
        for (int i = 0; elements != null && i < elements.length; i++) {
            if (elements[i] instanceof PluginFactory<?> factory && kind.accepts(factory)) {
                factories.add(factory);
            } else {
                String seen =
                        elements[i] == null ? "null" : elements[i].getClass().getName();
                problems.add(
                        plugin, kind.method() + "[" + i + "]: " + seen + " (expected: a " + kind.label() + " factory)");
            }
        }
        return factories;
    }

    private Optional<LoadedPlugin.Offer> register(Path plugin, PluginKind kind, PluginFactory<?> factory) {
        String type = factory.getClass().getName();
        String name = ask(plugin, type + ".name()", factory::name);
        Class<?> config = ask(plugin, type + ".configType()", factory::configType);
        if (name == null || config == null) {
            return Optional.empty();
        }
        if (!NAME.matcher(name).matches()) {
            problems.add(
                    plugin,
                    type + ".name(): " + name
                            + " (expected: lower-case letters, digits and dashes, beginning with a letter, at most 32)");
            return Optional.empty();
        }
        Optional<List<String>> keys = keys(plugin, type, config);
        Registration registration = new Registration(plugin, factory);
        Registration other = of(kind).putIfAbsent(name, registration);
        if (other != null) {
            problems.add(
                    plugin,
                    kind.label() + " " + name + ": also offered by " + other.plugin()
                            + " (expected: a name of its own)");
            return Optional.empty();
        }
        return keys.map(found -> new LoadedPlugin.Offer(kind, name, found));
    }

    private Optional<List<String>> keys(Path plugin, String type, Class<?> config) {
        try {
            Class<? extends Record> shape = config.asSubclass(Record.class);
            RecordBinder.requireBindable(shape);
            return Optional.of(List.copyOf(RecordBinder.keysOf(shape)));
        } catch (ClassCastException noRecord) {
            problems.add(plugin, type + ".configType(): " + config.getName() + " (expected: a record)");
        } catch (RuntimeException | LinkageError notBindable) {
            problems.add(plugin, type + ".configType(): cannot be bound to configuration", notBindable);
        }
        return Optional.empty();
    }

    /** Calls a plugin; null if it threw or returned null, which is then among the problems. */
    private <T> @Nullable T ask(Path plugin, String what, Supplier<? extends @Nullable T> call) {
        try {
            T answer = call.get();
            if (answer == null) {
                problems.add(plugin, what + ": null (expected: a value)");
            }
            return answer;
        } catch (RuntimeException | Error failure) {
            problems.add(plugin, what + " failed", failure);
            return null;
        }
    }

    private Map<String, Registration> of(PluginKind kind) {
        return Objects.requireNonNull(registrations.get(kind));
    }
}
