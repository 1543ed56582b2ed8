package io.openshell.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.plugin.LoadedPlugin.Offer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginHostTest {

    private static final String PROTOCOL = """
            public List<ProtocolInspectorFactory<?>> protocolInspectors() {
                return List.of(new ProtocolInspectorFactory<Options>() {
                    public String name() { return "mqtt"; }
                    public Class<Options> configType() { return Options.class; }
                    public Compilation<ProtocolInspector> create(Options options, EndpointContext context) { return null; }
                });
            }""";

    @TempDir
    private Path directory = Path.of("set by JUnit");

    @Test
    void no_plugins_is_fine() {
        try (PluginHost host = PluginHost.load(List.of(directory))) {
            assertThat(host.plugins()).isEmpty();
            assertThat(host.protocolNames()).isEmpty();
            assertThat(host.protocol("rest")).isEmpty();
        }
    }

    @Test
    void lists_what_is_loaded_and_gives_the_factories_by_name() throws IOException {
        Path jar = PluginJar.exporting("syslog-plugin", "syslog").writeTo(directory.resolve("a.jar"));
        PluginJar.withBody("mqtt", PROTOCOL).writeTo(directory.resolve("b.jar"));

        try (PluginHost host = PluginHost.load(List.of(directory))) {
            assertThat(host.plugins()).extracting(LoadedPlugin::id).containsExactlyInAnyOrder("mqtt", "syslog-plugin");
            assertThat(host.plugin("syslog-plugin"))
                    .contains(new LoadedPlugin(
                            "syslog-plugin",
                            "1.2.3",
                            ">=1.0.0 & <2.0.0",
                            "A test",
                            jar.toRealPath(),
                            List.of(new Offer(PluginKind.LOG_EXPORTER, "syslog", List.of("file")))));
            assertThat(host.protocolNames()).containsExactly("mqtt");
            assertThat(host.protocol("mqtt").orElseThrow().name()).isEqualTo("mqtt");
            assertThat(host.logExporterNames()).containsExactly("syslog");
            assertThat(host.logExporter("syslog")).isPresent();
            assertThat(host.logExporter("mqtt")).isEmpty();
            assertThat(host.computeDriverNames()).isEmpty();
            assertThat(host.credentialRewriterNames()).isEmpty();
        }
    }

    @Test
    void a_directory_with_libraries_is_a_plugin_too() throws IOException {
        Path library = PluginJar.empty("x")
                .without("Plugin-Id")
                .source("test.Library", "public class Library { public static String name() { return \"fromlib\"; } }")
                .writeTo(directory.resolve("p/lib/library.jar"));
        PluginJar.empty("with-library")
                .entry("test.Entry")
                .against(library)
                .source("test.Entry", PluginJar.entrySource("x", "").replace("\"x\"", "test.Library.name()"))
                .writeTo(directory.resolve("p/lib/own.jar"));

        try (PluginHost host = PluginHost.load(List.of(directory))) {
            assertThat(host.logExporterNames()).containsExactly("fromlib");
            assertThat(host.plugins())
                    .singleElement()
                    .extracting(LoadedPlugin::path)
                    .isEqualTo(directory.resolve("p"));
        }
    }

    @Test
    void a_plugin_sees_the_jdk_and_the_interfaces_and_nothing_of_the_program() throws IOException {
        String look = """
                static boolean sees(String name) {
                    try { Class.forName(name, false, Entry.class.getClassLoader()); return true; }
                    catch (ClassNotFoundException absent) { return false; }
                }
                public Entry() {
                    StringBuilder seen = new StringBuilder();
                    for (String name : List.of("java.net.http.HttpClient", "javax.net.ssl.SSLContext",
                            "io.openshell.api.inspect.Verdict", "org.jspecify.annotations.Nullable",
                            "io.openshell.core.plugin.PluginHost", "org.pf4j.Plugin", "org.slf4j.Logger",
                            "tools.jackson.core.JsonFactory", "org.snakeyaml.engine.v2.api.Load", "org.junit.jupiter.api.Test")) {
                        if (sees(name)) { seen.append(name).append(' '); }
                    }
                    boolean resource = Entry.class.getClassLoader().getResource("io/openshell/core/plugin/PluginHost.class") != null;
                    throw new IllegalStateException("sees " + seen + resource);
                }""";
        PluginJar.withBody("spy", look).writeTo(directory.resolve("spy.jar"));

        assertThat(BrokenPlugins.messageOf(directory))
                .endsWith("sees java.net.http.HttpClient javax.net.ssl.SSLContext io.openshell.api.inspect.Verdict"
                        + " org.jspecify.annotations.Nullable false");
    }

    @Test
    void two_plugins_can_bring_different_classes_of_the_same_name() throws IOException {
        PluginJar.exporting("a", "from-a").writeTo(directory.resolve("a.jar"));
        PluginJar.exporting("b", "from-b").writeTo(directory.resolve("b.jar"));

        try (PluginHost host = PluginHost.load(List.of(directory))) {
            assertThat(host.logExporterNames()).containsExactly("from-a", "from-b");
        }
    }

    @Test
    void a_plugin_sees_the_classes_of_one_that_it_depends_on_but_not_its_entry_as_its_own() throws IOException {
        Path base = PluginJar.exporting("base", "base")
                .source("test.Shared", "public class Shared { public static String name() { return \"shared\"; } }")
                .writeTo(directory.resolve("z-base.jar"));
        PluginJar.empty("user")
                .manifest("Plugin-Dependencies", "base@>=1.0.0, absent?")
                .entry("test.User")
                .against(base)
                .source(
                        "test.User",
                        PluginJar.entrySource("x", "").replace("Entry", "User").replace("\"x\"", "Shared.name()"))
                .writeTo(directory.resolve("a-user.jar"));

        try (PluginHost host = PluginHost.load(List.of(directory))) {
            assertThat(host.plugins()).extracting(LoadedPlugin::id).containsExactly("base", "user");
            assertThat(host.logExporterNames()).containsExactly("base", "shared");
        }
    }

    @Test
    void a_directory_that_is_named_twice_counts_once() throws IOException {
        PluginJar.exporting("a", "a").writeTo(directory.resolve("a.jar"));
        Path link = Files.createSymbolicLink(directory.resolveSibling(directory.getFileName() + "-link"), directory);

        try (PluginHost host = PluginHost.load(List.of(directory, link, directory.resolve(".")))) {
            assertThat(host.plugins()).hasSize(1);
        } finally {
            Files.delete(link);
        }
    }

    @Test
    void hidden_files_are_passed_over() throws IOException {
        Files.writeString(directory.resolve(".DS_Store"), "x");

        try (PluginHost host = PluginHost.load(List.of(directory))) {
            assertThat(host.plugins()).isEmpty();
        }
    }
}
