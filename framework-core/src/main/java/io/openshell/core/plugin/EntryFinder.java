package io.openshell.core.plugin;

import io.openshell.api.plugin.EnforcementPlugin;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Finds and makes the one entry of a plugin. */
final class EntryFinder {

    private static final String SERVICE = "META-INF/services/" + EnforcementPlugin.class.getName();

    private final Problems problems;

    EntryFinder(Problems problems) {
        this.problems = problems;
    }

    /** The plugin's entry; empty if there is not exactly one that can be made, which is then among the problems. */
    Optional<EnforcementPlugin> find(Path plugin, ClassLoader loader) {
        Optional<List<Class<? extends EnforcementPlugin>>> entries = entries(plugin, loader);
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        List<Class<? extends EnforcementPlugin>> types = entries.get();
        if (types.size() != 1) {
            String seen = types.isEmpty()
                    ? "no entry"
                    : types.size() + " entries, "
                            + String.join(
                                    ", ", types.stream().map(Class::getName).toList());
            problems.add(plugin, SERVICE + ": " + seen + " (expected: exactly one)");
            return Optional.empty();
        }
        return make(plugin, types.getFirst());
    }

    private Optional<List<Class<? extends EnforcementPlugin>>> entries(Path plugin, ClassLoader loader) {
        List<Class<? extends EnforcementPlugin>> types = new ArrayList<>();
        boolean sound = true;
        try {
            Iterator<ServiceLoader.Provider<EnforcementPlugin>> providers =
                    ServiceLoader.load(EnforcementPlugin.class, loader).stream().iterator();
            while (true) {
                try {
                    if (!providers.hasNext()) {
                        break;
                    }
                    types.add(providers.next().type());
                } catch (ServiceConfigurationError wrong) {
                    // Of one entry; the loader goes on with the next.
                    problems.add(plugin, SERVICE, wrong);
                    sound = false;
                }
            }
        } catch (RuntimeException | LinkageError failure) {
            problems.add(plugin, SERVICE + ": the entry's class cannot be loaded", failure);
            sound = false;
        }
        return sound ? Optional.of(types) : Optional.empty();
    }

    private Optional<EnforcementPlugin> make(Path plugin, Class<? extends EnforcementPlugin> type) {
        if (!Modifier.isPublic(type.getModifiers()) || Modifier.isAbstract(type.getModifiers())) {
            problems.add(plugin, type.getName() + ": not public, or abstract (expected: a public class)");
            return Optional.empty();
        }
        try {
            return Optional.of(type.getConstructor().newInstance());
        } catch (ReflectiveOperationException | RuntimeException | Error failure) {
            problems.add(plugin, type.getName() + ": its constructor failed", cause(failure));
            return Optional.empty();
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof InvocationTargetException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }
}
