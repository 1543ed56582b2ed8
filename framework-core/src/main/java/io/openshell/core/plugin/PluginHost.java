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

    private final StrictPf4j pf4j;
    private final FactoryCatalog factories;
    private final List<LoadedPlugin> plugins;

    private PluginHost(StrictPf4j pf4j, FactoryCatalog factories, List<LoadedPlugin> plugins) {
        this.pf4j = pf4j;
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
        StrictPf4j pf4j = new StrictPf4j();
        FactoryCatalog factories = new FactoryCatalog(problems);
        List<LoadedPlugin> plugins = new ArrayList<>();
        EntryFinder entries = new EntryFinder(problems);
        try (OpenJars jars = new OpenJars()) {
            List<PluginArchive> found = new PluginFinder(jars, problems).find(directories);
            for (PluginWrapper plugin : pf4j.load(found, problems)) {
                Path path = plugin.getPluginPath();
                entries.find(path, plugin.getPluginClassLoader())
                        .map(entry -> factories.register(path, entry))
                        .ifPresent(offers -> plugins.add(describe(plugin.getDescriptor(), path, offers)));
            }
        }
        if (!problems.none()) {
            throw refusal(pf4j, problems);
        }
        return new PluginHost(pf4j, factories, plugins);
    }

    /** What is wrong with the plugins matters more than whether they could be unloaded. */
    private static PluginLoadException refusal(StrictPf4j pf4j, Problems problems) {
        PluginLoadException refusal = new PluginLoadException(problems.sorted());
        try {
            pf4j.unloadPlugins();
        } catch (RuntimeException failure) {
            refusal.addSuppressed(failure);
        }
        return refusal;
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

    @Override
    public Optional<CredentialRewriterFactory<?>> credentialRewriter(String name) {
        return factories.find(PluginKind.CREDENTIAL_REWRITER, name).map(CredentialRewriterFactory.class::cast);
    }

    @Override
    public List<String> credentialRewriterNames() {
        return factories.names(PluginKind.CREDENTIAL_REWRITER);
    }

    /** The factory of a log exporter. */
    public Optional<LogExporterFactory<?>> logExporter(String name) {
        return factories.find(PluginKind.LOG_EXPORTER, name).map(LogExporterFactory.class::cast);
    }

    /** The factories of all log exporters, sorted by name. */
    public List<LogExporterFactory<?>> logExporters() {
        List<LogExporterFactory<?>> all = new ArrayList<>();
        logExporterNames().forEach(name -> logExporter(name).ifPresent(all::add));
        return all;
    }

    /** The names of all log exporters, sorted. */
    public List<String> logExporterNames() {
        return factories.names(PluginKind.LOG_EXPORTER);
    }

    /** Unloads the plugins. Whatever they made must be closed before. */
    @Override
    public void close() {
        pf4j.unloadPlugins();
    }
}
