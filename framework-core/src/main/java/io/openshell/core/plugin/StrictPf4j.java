package io.openshell.core.plugin;

import io.openshell.api.plugin.ApiVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.pf4j.AbstractPluginManager;
import org.pf4j.DefaultExtensionFactory;
import org.pf4j.DefaultExtensionFinder;
import org.pf4j.DefaultPluginFactory;
import org.pf4j.DefaultVersionManager;
import org.pf4j.DependencyResolver;
import org.pf4j.ExtensionFactory;
import org.pf4j.ExtensionFinder;
import org.pf4j.PluginDependency;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRepository;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginState;
import org.pf4j.PluginStatusProvider;
import org.pf4j.PluginWrapper;
import org.pf4j.RuntimeMode;
import org.pf4j.VersionManager;

/**
 * PF4J without its leniency: plugins are those that it is given, none is disabled, no system property changes its mode,
 * and what it would log and pass over is a problem. Its plugins are loaded and resolved, and never "started": they have
 * no PF4J class of their own.
 */
final class StrictPf4j extends AbstractPluginManager {

    private final Map<Path, PluginArchive> archives = new HashMap<>();

    StrictPf4j() {
        super(List.of(Path.of("/nonexistent")));
        setSystemVersion(ApiVersion.CURRENT);
    }

    /**
     * Loads plugins and puts them in the order of their dependencies.
     *
     * @return those that could be loaded, those that others depend on first
     */
    List<PluginWrapper> load(List<PluginArchive> found, Problems problems) {
        Map<String, PluginArchive> byId = withoutDuplicates(found, problems);
        List<PluginArchive> satisfied = satisfied(byId, problems);
        for (PluginArchive archive : satisfied) {
            archives.put(archive.path(), archive);
            try {
                loadPluginFromPath(archive.path());
            } catch (RuntimeException | LinkageError failure) {
                problems.add(archive.path(), "cannot be loaded", failure);
            }
        }
        resolve(satisfied, problems);
        return getResolvedPlugins().stream()
                .filter(plugin -> plugin.getPluginState() == PluginState.RESOLVED)
                .toList();
    }

    private static Map<String, PluginArchive> withoutDuplicates(List<PluginArchive> found, Problems problems) {
        Map<String, List<PluginArchive>> byId = found.stream()
                .collect(Collectors.groupingBy(PluginArchive::id, LinkedHashMap::new, Collectors.toList()));
        byId.forEach((id, same) -> {
            for (PluginArchive archive : same) {
                same.stream()
                        .filter(other -> !other.path().equals(archive.path()))
                        .forEach(other -> problems.add(
                                archive.path(),
                                "Plugin-Id: " + id + " is also the id of " + other.path()
                                        + " (expected: a unique id)"));
            }
        });
        // One of several stays for those that depend on it; the start fails anyway.
        return byId.values().stream()
                .map(List::getFirst)
                .collect(Collectors.toMap(PluginArchive::id, Function.identity(), (a, b) -> a, LinkedHashMap::new));
    }

    /** Those whose dependencies are there, in fitting versions; PF4J would give up on all plugins for one that lacks. */
    private List<PluginArchive> satisfied(Map<String, PluginArchive> byId, Problems problems) {
        Map<String, PluginArchive> remaining = new LinkedHashMap<>(byId);
        boolean changed = true;
        while (changed) {
            changed = remaining.values().removeIf(archive -> !dependenciesAreIn(archive, byId, remaining, problems));
        }
        return List.copyOf(remaining.values());
    }

    private boolean dependenciesAreIn(
            PluginArchive archive,
            Map<String, PluginArchive> all,
            Map<String, PluginArchive> remaining,
            Problems problems) {
        boolean there = true;
        for (PluginDependency dependency : archive.descriptor().getDependencies()) {
            Optional<String> problem = problem(dependency, all);
            problem.ifPresent(text -> problems.add(archive.path(), text));
            boolean absent = dependency.isOptional() && !all.containsKey(dependency.getPluginId());
            there &= problem.isEmpty() && (absent || remaining.containsKey(dependency.getPluginId()));
        }
        return there;
    }

    private Optional<String> problem(PluginDependency dependency, Map<String, PluginArchive> all) {
        PluginArchive target = all.get(dependency.getPluginId());
        if (target == null) {
            return dependency.isOptional()
                    ? Optional.empty()
                    : Optional.of("Plugin-Dependencies: " + dependency.getPluginId()
                            + " is not there (expected: a plugin with this id)");
        }
        String version = target.descriptor().getVersion();
        String range = dependency.getPluginVersionSupport();
        return fits(version, range)
                ? Optional.empty()
                : Optional.of("Plugin-Dependencies: " + dependency.getPluginId() + "@" + range
                        + " (expected: a range that" + " includes " + version + " of " + target.path() + ")");
    }

    private boolean fits(String version, String range) {
        try {
            return "*".equals(range) || getVersionManager().checkVersionConstraint(version, range);
        } catch (RuntimeException unreadable) {
            return false;
        }
    }

    private void resolve(List<PluginArchive> loaded, Problems problems) {
        try {
            resolvePlugins();
        } catch (DependencyResolver.CyclicDependencyException cycle) {
            loaded.stream()
                    .filter(archive -> !archive.descriptor().getDependencies().isEmpty())
                    .forEach(archive -> problems.add(
                            archive.path(), "Plugin-Dependencies: part of, or next to, a cycle (expected: no cycle)"));
            return;
        } catch (PluginRuntimeException failure) {
            loaded.forEach(archive -> problems.add(archive.path(), "cannot be resolved", failure));
            return;
        }
        for (PluginWrapper plugin : getPlugins()) {
            if (plugin.getPluginState() != PluginState.RESOLVED) {
                problems.add(plugin.getPluginPath(), "is " + plugin.getPluginState() + " (expected: RESOLVED)");
            }
        }
    }

    private List<PluginScope> scopesOfDependencies(String plugin) {
        List<PluginScope> scopes = new ArrayList<>();
        for (PluginDependency dependency : getPlugin(plugin).getDescriptor().getDependencies()) {
            if (getPluginClassLoaders().get(dependency.getPluginId()) instanceof PluginScope scope) {
                scopes.add(scope);
            }
        }
        return scopes;
    }

    private PluginArchive archive(Path path) {
        PluginArchive archive = archives.get(path);
        if (archive == null) {
            throw new PluginRuntimeException(path + ": not one of the plugins that were found");
        }
        return archive;
    }

    @Override
    public RuntimeMode getRuntimeMode() {
        return RuntimeMode.DEPLOYMENT;
    }

    @Override
    protected PluginDescriptorFinder createPluginDescriptorFinder() {
        return new PluginDescriptorFinder() {
            @Override
            public boolean isApplicable(Path path) {
                return true;
            }

            @Override
            public PluginDescriptor find(Path path) {
                return archive(path).descriptor();
            }
        };
    }

    @Override
    protected PluginLoader createPluginLoader() {
        return new PluginLoader() {
            @Override
            public boolean isApplicable(Path path) {
                return true;
            }

            @Override
            public ClassLoader loadPlugin(Path path, PluginDescriptor descriptor) {
                return new PluginScope(
                        descriptor.getPluginId(), archive(path).jars(), StrictPf4j.this::scopesOfDependencies);
            }
        };
    }

    @Override
    protected PluginRepository createPluginRepository() {
        return new PluginRepository() {
            @Override
            public List<Path> getPluginPaths() {
                return List.copyOf(archives.keySet());
            }

            @Override
            public boolean deletePluginPath(Path path) {
                return false;
            }
        };
    }

    @Override
    protected PluginStatusProvider createPluginStatusProvider() {
        return new PluginStatusProvider() {
            @Override
            public boolean isPluginDisabled(String pluginId) {
                return false;
            }

            @Override
            public void disablePlugin(String pluginId) {
                throw new UnsupportedOperationException("plugins cannot be disabled");
            }

            @Override
            public void enablePlugin(String pluginId) {
                throw new UnsupportedOperationException("plugins cannot be disabled");
            }
        };
    }

    @Override
    protected VersionManager createVersionManager() {
        return new DefaultVersionManager();
    }

    @Override
    protected PluginFactory createPluginFactory() {
        return new DefaultPluginFactory();
    }

    @Override
    protected ExtensionFactory createExtensionFactory() {
        return new DefaultExtensionFactory();
    }

    @Override
    protected ExtensionFinder createExtensionFinder() {
        return new DefaultExtensionFinder(this);
    }
}
