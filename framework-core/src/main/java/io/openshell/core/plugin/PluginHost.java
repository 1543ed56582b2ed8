package io.openshell.core.plugin;

import io.openshell.api.compute.ComputeDriverFactory;
import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.api.log.LogExporterFactory;
import io.openshell.core.policy.InspectorCatalog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginWrapper;

/**
 * The loaded plugins. Any thread. What it gives out must not be used after {@link #close}, which takes the plugins' class
 * loaders away.
 */
public final class PluginHost implements InspectorCatalog, AutoCloseable {

    private final StrictPf4j manager;
    private final FactoryCatalog factories;
    private final List<LoadedPlugin> plugins;

    private PluginHost(StrictPf4j manager, FactoryCatalog factories, List<LoadedPlugin> plugins) {
        this.manager = manager;
        this.factories = factories;
        this.plugins = List.copyOf(plugins);
    }

    /**
     * Loads every plugin of these directories.
     *
     * @param directories in any order; one that is named twice counts once
     * @throws PluginLoadException if anything is wrong with any plugin or directory; nothing is loaded then
     */
    public static PluginHost load(List<Path> directories) {
        Problems problems = new Problems();
        StrictPf4j manager = new StrictPf4j();
        FactoryCatalog factories = new FactoryCatalog(problems);
        List<LoadedPlugin> plugins = new ArrayList<>();
        List<PluginArchive> found = new PluginFinder(problems).find(directories);
        EntryFinder entries = new EntryFinder(problems);
        for (PluginWrapper plugin : manager.load(found, problems)) {
            Path path = plugin.getPluginPath();
            entries.find(path, plugin.getPluginClassLoader())
                    .map(entry -> factories.register(path, entry))
                    .ifPresent(offers -> plugins.add(describe(plugin.getDescriptor(), path, offers)));
        }
        if (!problems.none()) {
            manager.unloadPlugins();
            throw new PluginLoadException(problems.sorted());
        }
        return new PluginHost(manager, factories, plugins);
    }

    private static LoadedPlugin describe(PluginDescriptor descriptor, Path path, List<LoadedPlugin.Offer> offers) {
        return new LoadedPlugin(
                descriptor.getPluginId(),
                descriptor.getVersion(),
                descriptor.getRequires(),
                descriptor.getProvider(),
                path,
                offers);
    }

    /** What is loaded, a plugin after those that it depends on. */
    public List<LoadedPlugin> plugins() {
        return plugins;
    }

    /** A plugin by its id. */
    public Optional<LoadedPlugin> plugin(String id) {
        return plugins.stream().filter(plugin -> plugin.id().equals(id)).findFirst();
    }

    @Override
    public Optional<ProtocolInspectorFactory<?>> protocol(String name) {
        return factories.find(PluginKind.PROTOCOL, name).map(ProtocolInspectorFactory.class::cast);
    }

    @Override
    public List<String> protocolNames() {
        return factories.names(PluginKind.PROTOCOL);
    }

    /** The factory of a compute driver. */
    public Optional<ComputeDriverFactory<?>> computeDriver(String name) {
        return factories.find(PluginKind.COMPUTE_DRIVER, name).map(ComputeDriverFactory.class::cast);
    }

    /** The names of all compute drivers, sorted. */
    public List<String> computeDriverNames() {
        return factories.names(PluginKind.COMPUTE_DRIVER);
    }

    /** The factory of a credential rewriter. */
    public Optional<CredentialRewriterFactory<?>> credentialRewriter(String name) {
        return factories.find(PluginKind.CREDENTIAL_REWRITER, name).map(CredentialRewriterFactory.class::cast);
    }

    /** The names of all credential rewriters, sorted. */
    public List<String> credentialRewriterNames() {
        return factories.names(PluginKind.CREDENTIAL_REWRITER);
    }

    /** The factory of a log exporter. */
    public Optional<LogExporterFactory<?>> logExporter(String name) {
        return factories.find(PluginKind.LOG_EXPORTER, name).map(LogExporterFactory.class::cast);
    }

    /** The names of all log exporters, sorted. */
    public List<String> logExporterNames() {
        return factories.names(PluginKind.LOG_EXPORTER);
    }

    /** Unloads the plugins. Whatever they made must be closed before. */
    @Override
    public void close() {
        manager.unloadPlugins();
    }
}
