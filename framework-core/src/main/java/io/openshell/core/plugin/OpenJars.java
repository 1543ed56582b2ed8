package io.openshell.core.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;

/**
 * The plugins' jars, which stay open while plugins are loaded: the JDK reads the list of what is in a jar once for all
 * who have it open, and libraries have thousands of entries.
 */
final class OpenJars implements AutoCloseable {

    private final List<JarFile> jars = new ArrayList<>();

    JarFile open(Path jar) throws IOException {
        JarFile opened = new JarFile(jar.toFile());
        jars.add(opened);
        return opened;
    }

    @Override
    public void close() {
        UncheckedIOException failure = null;
        for (JarFile jar : jars) {
            try {
                jar.close();
            } catch (IOException e) {
                failure = new UncheckedIOException(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
