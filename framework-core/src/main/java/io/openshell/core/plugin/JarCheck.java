package io.openshell.core.plugin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * Opens jars, looks at the names in them, and gives their manifests' attributes. Nothing is unpacked.
 *
 * @param jars has them from then on
 */
record JarCheck(OpenJars jars, Problems problems) {

    private static final String VERSIONS = "META-INF/versions/";

    /** Packages that the program brings and that must be the same ones for everybody. */
    private static final List<String> FORBIDDEN = List.of("io/openshell/api/", "org/pf4j/");

    /**
     * Reads one jar.
     *
     * @param plugin what problems are about: the jar itself, or the directory that it is in
     * @return empty if the jar cannot be used, which is then among the problems
     */
    Optional<Attributes> read(Path plugin, Path jar) {
        String where = plugin.equals(jar) ? "" : plugin.relativize(jar) + ": ";
        try {
            JarFile file = jars.open(jar);
            Optional<String> odd = oddName(file);
            odd.ifPresent(text -> problems.add(plugin, where + text));
            Manifest manifest = file.getManifest();
            if (manifest == null) {
                problems.add(plugin, where + "no META-INF/MANIFEST.MF (expected: one with Plugin-Id)");
                return Optional.empty();
            }
            String elsewhere = manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            if (elsewhere != null) {
                problems.add(
                        plugin,
                        where + "Class-Path: " + elsewhere
                                + " (expected: no such attribute; libraries lie in lib/*.jar)");
                return Optional.empty();
            }
            return odd.isEmpty() ? Optional.of(manifest.getMainAttributes()) : Optional.empty();
        } catch (IOException | RuntimeException failure) {
            problems.add(plugin, where + "not a jar that can be read", failure);
            return Optional.empty();
        }
    }

    /** What is wrong with the first name that may not be in a jar. Libraries have thousands of names, read at each start. */
    private static Optional<String> oddName(JarFile file) {
        for (Enumeration<JarEntry> entries = file.entries(); entries.hasMoreElements(); ) {
            Optional<String> problem = problem(entries.nextElement().getName());
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problem(String name) {
        if (name.startsWith("/")
                || name.indexOf('\\') >= 0
                || (name.contains("..") && Arrays.asList(name.split("/")).contains(".."))) {
            return Optional.of("entry " + name + " leads out of the jar (expected: a relative path without '..')");
        }
        String inPackage = withoutVersion(name);
        for (String prefix : FORBIDDEN) {
            if (inPackage.startsWith(prefix) && inPackage.endsWith(".class")) {
                return Optional.of("brings " + name + " (expected: no classes of " + prefix.replace('/', '.')
                        + "*; compile against them with scope provided)");
            }
        }
        return Optional.empty();
    }

    /** The name that an entry of a multi-release jar has at run time. */
    private static String withoutVersion(String name) {
        if (!name.startsWith(VERSIONS)) {
            return name;
        }
        return name.substring(name.indexOf('/', VERSIONS.length()) + 1);
    }
}
