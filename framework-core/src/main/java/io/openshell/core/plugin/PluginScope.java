package io.openshell.core.plugin;

import io.openshell.api.plugin.EnforcementPlugin;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's class loader. It shows, in this order: the JDK; the packages that plugin and program share ({@code
 * io.openshell.api} and {@code org.jspecify}); the plugin's own jars; the classes of the plugins that it depends on.
 * Nothing else of the program can be seen from a plugin.
 */
final class PluginScope extends URLClassLoader {

    static {
        registerAsParallelCapable();
    }

    private static final List<String> SHARED = List.of("io.openshell.api.", "org.jspecify.");
    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();
    private static final ClassLoader PROGRAM = program();

    private final String plugin;
    private final Dependencies dependencies;

    PluginScope(String plugin, List<Path> jars, Dependencies dependencies) {
        super("plugin " + plugin, urls(jars), PLATFORM);
        this.plugin = plugin;
        this.dependencies = dependencies;
    }

    /** Gives the class loaders of the plugins that a plugin depends on; known only when all are loaded. */
    interface Dependencies {
        List<PluginScope> of(String plugin);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        for (String shared : SHARED) {
            if (name.startsWith(shared)) {
                return PROGRAM.loadClass(name);
            }
        }
        Optional<Class<?>> own = ownOrPlatform(name, resolve);
        if (own.isPresent()) {
            return own.get();
        }
        for (PluginScope dependency : dependencies.of(plugin)) {
            Optional<Class<?>> found = dependency.ownOrPlatform(name, resolve);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new ClassNotFoundException(name + " (seen from plugin " + plugin + ")");
    }

    private Optional<Class<?>> ownOrPlatform(String name, boolean resolve) {
        try {
            return Optional.of(super.loadClass(name, resolve));
        } catch (ClassNotFoundException absent) {
            return Optional.empty();
        }
    }

    private static ClassLoader program() {
        @Nullable ClassLoader loader = EnforcementPlugin.class.getClassLoader();
        return loader == null ? PLATFORM : loader;
    }

    private static URL[] urls(List<Path> jars) {
        return jars.stream().map(PluginScope::url).toArray(URL[]::new);
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(jar + ": no file URL", impossible);
        }
    }
}
