package io.openshell.core.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.stream.Stream;

/** Finds plugins in directories. Whatever lies there and is no plugin is a problem; only hidden files are passed over. */
final class PluginFinder {

    private static final String JAR = ".jar";
    private static final String FORMS = "a .jar file, or a directory with lib/*.jar";

    private final Problems problems;
    private final ManifestReader manifests;
    private final JarCheck check;

    /** @param jars has all that were looked at from then on */
    PluginFinder(OpenJars jars, Problems problems) {
        this.problems = problems;
        this.check = new JarCheck(jars, problems);
        this.manifests = new ManifestReader(problems);
    }

    /** The plugins of all directories whose form is in order, each directory's sorted by file name. */
    List<PluginArchive> find(List<Path> directories) {
        List<PluginArchive> found = new ArrayList<>();
        for (Path directory : distinct(directories)) {
            for (Path entry : entries(directory)) {
                read(entry).ifPresent(found::add);
            }
        }
        return found;
    }

    /** A directory that is named twice is one directory, not a source of duplicates. */
    private Set<Path> distinct(List<Path> directories) {
        Set<Path> real = new LinkedHashSet<>();
        for (Path directory : directories) {
            try {
                real.add(directory.toRealPath());
            } catch (IOException failure) {
                unreadable(directory, failure);
            }
        }
        return real;
    }

    private List<Path> entries(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> !name(entry).startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            unreadable(directory, failure);
            return List.of();
        }
    }

    private void unreadable(Path directory, IOException failure) {
        String expected = " (expected: a directory of plugins that can be read)";
        switch (failure) {
            case NoSuchFileException missing -> problems.add(directory, "does not exist" + expected);
            case NotDirectoryException file -> problems.add(directory, "not a directory" + expected);
            default -> problems.add(directory, "cannot be read" + expected, failure);
        }
    }

    private Optional<PluginArchive> read(Path entry) {
        if (Files.isDirectory(entry)) {
            return readDirectory(entry);
        }
        if (!name(entry).endsWith(JAR) || !Files.isRegularFile(entry)) {
            problems.add(entry, "not a plugin (expected: " + FORMS + ")");
            return Optional.empty();
        }
        return check.read(entry, entry)
                .flatMap(attributes -> manifests.descriptor(entry, attributes))
                .map(descriptor -> new PluginArchive(entry, List.of(entry), descriptor));
    }

    /** One jar of the directory is the plugin's own, which its manifest says; the others are its libraries. */
    private Optional<PluginArchive> readDirectory(Path directory) {
        List<Path> jars = jars(directory);
        List<Path> own = new ArrayList<>();
        List<Path> libraries = new ArrayList<>();
        Attributes manifest = new Attributes();
        for (Path jar : jars) {
            Optional<Attributes> attributes = check.read(directory, jar);
            if (attributes.isEmpty()) {
                return Optional.empty();
            }
            if (ManifestReader.isPlugin(attributes.get())) {
                manifest = attributes.get();
                own.add(jar);
            } else {
                libraries.add(jar);
            }
        }
        if (own.size() != 1) {
            String seen = own.isEmpty() ? "none of " + jars.size() : own.size() + " of " + jars.size();
            problems.add(
                    directory, "lib/*.jar: " + seen + " jars with a Plugin-Id in the manifest (expected: exactly one)");
            return Optional.empty();
        }
        own.addAll(libraries);
        return manifests.descriptor(directory, manifest).map(found -> new PluginArchive(directory, own, found));
    }

    private List<Path> jars(Path directory) {
        Path lib = directory.resolve("lib");
        if (!Files.isDirectory(lib)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(lib)) {
            return files.filter(file -> name(file).endsWith(JAR)).sorted().toList();
        } catch (IOException failure) {
            problems.add(directory, "lib: cannot be read", failure);
            return List.of();
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
