package io.openshell.core.plugin;

import io.openshell.api.plugin.ApiVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pf4j.DefaultPluginDescriptor;
import org.pf4j.DefaultVersionManager;
import org.pf4j.Plugin;
import org.pf4j.PluginDependency;
import org.pf4j.VersionManager;

/** Reads what a plugin says of itself in its manifest, all of which is mandatory but the dependencies. */
final class ManifestReader {

    private static final String ID = "Plugin-Id";
    private static final String VERSION = "Plugin-Version";
    private static final String REQUIRES = "Plugin-Requires";
    private static final String PROVIDER = "Plugin-Provider";
    private static final String DESCRIPTION = "Plugin-Description";
    private static final String DEPENDENCIES = "Plugin-Dependencies";
    private static final String CLASS = "Plugin-Class";

    private static final Pattern ID_FORM = Pattern.compile("[a-z][a-z0-9.-]{0,63}");
    private static final Pattern PLAIN_VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+");

    private final Problems problems;
    private final VersionManager versions = new DefaultVersionManager();

    ManifestReader(Problems problems) {
        this.problems = problems;
    }

    static boolean isPlugin(Attributes manifest) {
        return manifest.getValue(ID) != null;
    }

    /** Empty if anything is wrong, all of which is then among the problems. */
    Optional<DefaultPluginDescriptor> descriptor(Path plugin, Attributes manifest) {
        // All of them, so that all problems are found.
        boolean sound = Stream.of(
                        id(plugin, manifest),
                        version(plugin, manifest),
                        requires(plugin, manifest),
                        provider(plugin, manifest),
                        noClass(plugin, manifest))
                .allMatch(holds -> holds);
        if (!sound) {
            return Optional.empty();
        }
        DefaultPluginDescriptor descriptor = new DefaultPluginDescriptor(
                value(manifest, ID),
                value(manifest, DESCRIPTION),
                Plugin.class.getName(),
                value(manifest, VERSION),
                value(manifest, REQUIRES),
                value(manifest, PROVIDER),
                "");
        for (String dependency : dependencies(manifest)) {
            descriptor.addDependency(new PluginDependency(dependency));
        }
        return Optional.of(descriptor);
    }

    private boolean id(Path plugin, Attributes manifest) {
        return check(
                plugin,
                manifest,
                ID,
                "lower-case letters, digits, dots and dashes, beginning with a letter, at most 64",
                value -> ID_FORM.matcher(value).matches());
    }

    private boolean version(Path plugin, Attributes manifest) {
        return check(
                plugin,
                manifest,
                VERSION,
                "a semantic version, as in 1.2.0",
                value -> versions.compareVersions(value, value) == 0);
    }

    /** The range is read here already: of a wrong one PF4J says only that the plugin is not valid. */
    private boolean requires(Path plugin, Attributes manifest) {
        return check(
                plugin,
                manifest,
                REQUIRES,
                "a range of versions that includes this program's API version " + ApiVersion.CURRENT,
                value -> versions.checkVersionConstraint(ApiVersion.CURRENT, range(value)));
    }

    private boolean provider(Path plugin, Attributes manifest) {
        return check(plugin, manifest, PROVIDER, "who made the plugin", value -> true);
    }

    private boolean noClass(Path plugin, Attributes manifest) {
        if (manifest.getValue(CLASS) == null) {
            return true;
        }
        problems.add(
                plugin,
                CLASS + ": " + manifest.getValue(CLASS)
                        + " (expected: no such attribute; META-INF/services names a plugin's entry)");
        return false;
    }

    private boolean check(Path plugin, Attributes manifest, String attribute, String expected, Condition condition) {
        String value = value(manifest, attribute);
        if (value.isEmpty()) {
            problems.add(plugin, attribute + ": missing in the manifest (expected: " + expected + ")");
            return false;
        }
        if (!holds(condition, value)) {
            problems.add(plugin, attribute + ": " + value + " (expected: " + expected + ")");
            return false;
        }
        return true;
    }

    /** The library throws a type of its own for a version or range that it cannot read. */
    private static boolean holds(Condition condition, String value) {
        try {
            return condition.holds(value);
        } catch (RuntimeException unreadable) {
            return false;
        }
    }

    /** As PF4J has it: a plain version means that one and every later one. */
    private static String range(String value) {
        return PLAIN_VERSION.matcher(value).matches() ? ">=" + value : value;
    }

    private static List<String> dependencies(Attributes manifest) {
        return Pattern.compile(",")
                .splitAsStream(value(manifest, DEPENDENCIES))
                .map(String::strip)
                .filter(dependency -> !dependency.isEmpty())
                .toList();
    }

    private static String value(Attributes manifest, String name) {
        @Nullable String value = manifest.getValue(name);
        return value == null ? "" : value.strip();
    }

    private interface Condition {
        boolean holds(String value);
    }
}
