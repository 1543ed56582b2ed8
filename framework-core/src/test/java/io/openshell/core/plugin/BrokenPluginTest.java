package io.openshell.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of broken plugin stops the start, and the message names the file and the cause. */
class BrokenPluginTest {

    @TempDir
    private Path directory = Path.of("set by JUnit");

    private Path jar = Path.of("set before each test");

    @BeforeEach
    void name() throws IOException {
        directory = directory.toRealPath();
        jar = directory.resolve("broken.jar");
    }

    // Files and directories

    @Test
    void a_directory_that_does_not_exist() {
        Path missing = directory.resolve("missing");

        assertThat(BrokenPlugins.messageOf(missing))
                .isEqualTo("plugins: 1 problem (expected: every plugin to load)\n  " + missing
                        + ": does not exist (expected: a directory of plugins that can be read)");
    }

    @Test
    void a_file_where_a_directory_should_be() throws IOException {
        Files.writeString(jar, "x");

        assertThat(BrokenPlugins.messageOf(jar)).contains(jar + ": not a directory");
        assertThat(BrokenPlugins.messageOf(jar.resolve("below"))).contains("cannot be read", "Not a directory");
    }

    @Test
    void garbage_with_the_name_of_a_jar() throws IOException {
        Files.writeString(jar, "this is not a jar");

        refused("not a jar that can be read", "ZipException");
    }

    @Test
    void an_empty_file_with_the_name_of_a_jar() throws IOException {
        Files.createFile(jar);

        refused("not a jar that can be read");
    }

    @Test
    void a_jar_that_was_cut_short() throws IOException {
        PluginJar.exporting("a", "a").writeTo(jar);
        byte[] whole = Files.readAllBytes(jar);
        Files.write(jar, java.util.Arrays.copyOf(whole, whole.length - 100));

        refused("not a jar that can be read");
    }

    @Test
    void a_zip_without_a_manifest() throws IOException {
        try (OutputStream bytes = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("readme.txt"));
            zip.write("hello".getBytes(StandardCharsets.UTF_8));
        }

        refused("no META-INF/MANIFEST.MF");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plugin.zip", "README.txt", "plugin.jar.bak"})
    void a_file_that_is_no_plugin(String name) throws IOException {
        jar = directory.resolve(name);
        Files.writeString(jar, "x");

        refused("not a plugin (expected: a .jar file, or a directory with lib/*.jar)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../escape.txt", "a/../../b", "/etc/passwd", "..\\..\\escape.txt"})
    void an_entry_that_leads_out_of_the_jar(String entry) throws IOException {
        PluginJar.exporting("a", "a").file(entry, "x").writeTo(jar);

        refused("entry " + entry + " leads out of the jar");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io/openshell/api/inspect/Verdict.class",
                "META-INF/versions/21/io/openshell/api/inspect/Verdict.class",
                "org/pf4j/Plugin.class"
            })
    void a_jar_that_brings_classes_of_the_program(String entry) throws IOException {
        PluginJar.exporting("a", "a").file(entry, "x").writeTo(jar);

        refused("brings " + entry, "scope provided");
    }

    @Test
    void a_jar_whose_manifest_leads_to_classes_elsewhere() throws IOException {
        PluginJar.exporting("a", "a").manifest("Class-Path", "../lib/core.jar").writeTo(jar);

        refused("Class-Path: ../lib/core.jar (expected: no such attribute");
    }

    @Test
    void a_directory_without_jars() throws IOException {
        jar = Files.createDirectory(directory.resolve("empty"));

        refused("lib/*.jar: none of 0 jars with a Plugin-Id in the manifest (expected: exactly one)");
    }

    @Test
    void a_directory_with_two_plugins() throws IOException {
        jar = directory.resolve("two");
        PluginJar.exporting("a", "a").writeTo(jar.resolve("lib/a.jar"));
        PluginJar.exporting("b", "b").writeTo(jar.resolve("lib/b.jar"));

        refused("lib/*.jar: 2 of 2 jars with a Plugin-Id");
    }

    @Test
    void a_directory_with_a_library_that_brings_classes_of_the_program() throws IOException {
        jar = directory.resolve("shaded");
        PluginJar.exporting("a", "a").writeTo(jar.resolve("lib/a.jar"));
        PluginJar.empty("b")
                .without("Plugin-Id")
                .file("io/openshell/api/plugin/ApiVersion.class", "x")
                .writeTo(jar.resolve("lib/b.jar"));

        refused("lib/b.jar: brings io/openshell/api/plugin/ApiVersion.class");
    }

    // The manifest

    @ParameterizedTest
    @ValueSource(strings = {"Plugin-Id", "Plugin-Version", "Plugin-Requires", "Plugin-Provider"})
    void a_mandatory_attribute_that_is_missing(String attribute) throws IOException {
        PluginJar.exporting("a", "a").without(attribute).writeTo(jar);

        refused(attribute + ": missing in the manifest");
    }

    @ParameterizedTest
    @CsvSource({
        "Plugin-Id, Not An Id",
        "Plugin-Version, new",
        "Plugin-Requires, >=2.0.0",
        "Plugin-Requires, <1.0.0",
        "Plugin-Requires, 2.0.0",
        "Plugin-Requires, whatever you have",
        "Plugin-Class, com.example.OldPlugin"
    })
    void an_attribute_that_does_not_fit(String attribute, String value) throws IOException {
        PluginJar.exporting("a", "a").manifest(attribute, value).writeTo(jar);

        refused(attribute + ": " + value + " (expected: ");
    }

    @Test
    void all_that_is_wrong_with_a_manifest_at_once() throws IOException {
        PluginJar.exporting("a", "a")
                .without("Plugin-Id")
                .without("Plugin-Provider")
                .manifest("Plugin-Requires", ">=9")
                .writeTo(jar);

        refused("Plugin-Id: missing", "Plugin-Provider: missing", "Plugin-Requires: >=9");
    }

    // Several plugins

    @Test
    void two_plugins_with_the_same_id() throws IOException {
        Path other = PluginJar.exporting("a", "b").writeTo(directory.resolve("other.jar"));
        PluginJar.exporting("a", "a").writeTo(jar);

        refused("Plugin-Id: a is also the id of " + other);
        assertThat(BrokenPlugins.messageOf(directory)).contains(other + ": Plugin-Id: a is also the id of " + jar);
    }

    @Test
    void two_plugins_with_the_same_id_in_different_directories() throws IOException {
        PluginJar.exporting("a", "a").writeTo(directory.resolve("one/a.jar"));
        PluginJar.exporting("a", "b").writeTo(directory.resolve("two/a.jar"));

        assertThat(BrokenPlugins.messageOf(directory.resolve("one"), directory.resolve("two")))
                .contains(
                        directory.resolve("one/a.jar").toString(),
                        directory.resolve("two/a.jar").toString());
    }

    @Test
    void a_dependency_that_is_not_there_and_the_others_are_still_looked_at() throws IOException {
        PluginJar.exporting("a", "a").manifest("Plugin-Dependencies", "ghost").writeTo(jar);
        Path other = PluginJar.empty("b").writeTo(directory.resolve("other.jar"));

        refused("Plugin-Dependencies: ghost is not there (expected: a plugin with this id)");
        assertThat(BrokenPlugins.messageOf(directory)).contains(other + ": META-INF/services");
    }

    @Test
    void a_dependency_in_another_version() throws IOException {
        PluginJar.exporting("a", "a")
                .manifest("Plugin-Dependencies", "b@>=2.0.0")
                .writeTo(jar);
        PluginJar.exporting("b", "b").writeTo(directory.resolve("other.jar"));

        refused("Plugin-Dependencies: b@>=2.0.0 (expected: a range that includes 1.2.3 of ");
    }

    @Test
    void plugins_that_depend_on_each_other() throws IOException {
        PluginJar.exporting("a", "a").manifest("Plugin-Dependencies", "b").writeTo(jar);
        PluginJar.exporting("b", "b").manifest("Plugin-Dependencies", "a").writeTo(directory.resolve("other.jar"));

        refused("cycle");
    }

    @Test
    void two_plugins_that_offer_the_same_name() throws IOException {
        PluginJar.exporting("a", "syslog").writeTo(directory.resolve("a.jar"));
        PluginJar.exporting("b", "syslog").writeTo(jar);

        refused("log exporter syslog: also offered by " + directory.resolve("a.jar"));
    }

    @Test
    void problems_of_several_plugins_come_in_one_message() throws IOException {
        Files.writeString(directory.resolve("a.jar"), "garbage");
        PluginJar.empty("b").writeTo(directory.resolve("b.jar"));
        PluginJar.withBody("c", "public Entry() { throw new IllegalStateException(\"boom\"); }")
                .writeTo(directory.resolve("c.jar"));

        assertThat(BrokenPlugins.messageOf(directory, directory.resolve("none")).lines())
                .hasSize(5)
                .first()
                .isEqualTo("plugins: 4 problems (expected: every plugin to load)");
    }

    // The entry

    @Test
    void no_entry() throws IOException {
        PluginJar.empty("a").writeTo(jar);

        refused(PluginJar.SERVICE + ": no entry (expected: exactly one)");
    }

    @Test
    void two_entries() throws IOException {
        PluginJar.exporting("a", "a")
                .source("test.Second", PluginJar.entrySource("b", "").replace("class Entry", "class Second"))
                .entry("test.Entry", "test.Second")
                .writeTo(jar);

        refused("2 entries, test.Entry, test.Second (expected: exactly one)");
    }

    @Test
    void an_entry_whose_class_is_missing() throws IOException {
        PluginJar.empty("a").entry("test.Missing").writeTo(jar);

        refused(PluginJar.SERVICE, "test.Missing not found");
    }

    @Test
    void an_entry_that_is_no_class_name() throws IOException {
        PluginJar.empty("a").entry("not a class name").writeTo(jar);

        refused(PluginJar.SERVICE, "Illegal");
    }

    @Test
    void an_entry_that_does_not_implement_the_interface() throws IOException {
        PluginJar.empty("a")
                .entry("test.Entry")
                .source("test.Entry", "public class Entry {}")
                .writeTo(jar);

        refused("test.Entry not a subtype");
    }

    @Test
    void an_entry_that_is_not_public() throws IOException {
        PluginJar.empty("a")
                .entry("test.Entry")
                .source("test.Entry", "class Entry implements EnforcementPlugin { public Entry() {} }")
                .writeTo(jar);

        refused("test.Entry: not public");
    }

    @Test
    void an_entry_without_a_public_constructor() throws IOException {
        PluginJar.withBody("a", "private Entry() {}").writeTo(jar);

        refused("test.Entry", "no-arg constructor");
    }

    @Test
    void an_entry_class_that_is_damaged() throws IOException {
        PluginJar.empty("a")
                .entry("test.Entry")
                .file("test/Entry.class", "CAFE")
                .writeTo(jar);

        refused(PluginJar.SERVICE + ": the entry's class cannot be loaded", "ClassFormatError");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "throw new IllegalStateException(\"boom\");",
                "throw new AssertionError(\"boom\");",
                "throw new StackOverflowError(\"boom\");",
                "throw new NoClassDefFoundError(\"boom\");",
                "throw new RuntimeException(\"outer\", new java.io.IOException(\"boom\"));"
            })
    void a_constructor_that_throws(String body) throws IOException {
        PluginJar.withBody("a", "public Entry() { " + body + " }").writeTo(jar);

        refused("test.Entry: its constructor failed: ", "boom");
    }

    @Test
    void a_static_initializer_that_throws() throws IOException {
        PluginJar.withBody("a", "static final int X = Integer.parseInt(\"boom\");")
                .writeTo(jar);

        refused("test.Entry: its constructor failed", "NumberFormatException", "boom");
    }

    @Test
    void a_message_of_several_lines_with_terminal_sequences_stays_one_line() throws IOException {
        PluginJar.withBody(
                        "a",
                        "public Entry() { throw new IllegalStateException(\"one\\ntwo\\u001b[31m\\u202ethree\"); }")
                .writeTo(jar);

        refused("one two [31m three");
        assertThat(BrokenPlugins.messageOf(directory).lines()).hasSize(2);
    }

    // What the entry returns

    @ParameterizedTest
    @ValueSource(strings = {"return null;", "throw new IllegalStateException();", "throw new LinkageError();"})
    void factories_that_are_null_or_throw(String body) throws IOException {
        PluginJar.withBody("a", "public List<ComputeDriverFactory<?>> computeDrivers() { " + body + " }")
                .writeTo(jar);

        refused("computeDrivers()");
    }

    @Test
    void a_list_with_a_null() throws IOException {
        PluginJar.withBody(
                        "a",
                        "public List<LogExporterFactory<?>> logExporters() { return Arrays.asList("
                                + PluginJar.factory("x") + ", null); }")
                .writeTo(jar);

        refused("logExporters()[1]: null (expected: a log exporter factory)");
    }

    @Test
    void a_list_with_a_factory_of_another_kind() throws IOException {
        PluginJar.withBody(
                        "a",
                        "@SuppressWarnings({\"unchecked\", \"rawtypes\"})"
                                + " public List<ComputeDriverFactory<?>> computeDrivers() { return (List) List.of("
                                + PluginJar.factory("x") + "); }")
                .writeTo(jar);

        refused("computeDrivers()[0]: test.Entry$1 (expected: a compute driver factory)");
    }

    @Test
    void a_list_that_throws_when_it_is_read() throws IOException {
        PluginJar.withBody(
                        "a",
                        "public List<LogExporterFactory<?>> logExporters() { return new AbstractList<>() {"
                                + " public int size() { return 1; }"
                                + " public LogExporterFactory<?> get(int i) { throw new IllegalStateException(\"boom\"); } }; }")
                .writeTo(jar);

        refused("logExporters() failed", "boom");
    }

    @Test
    void an_entry_that_offers_nothing() throws IOException {
        PluginJar.withBody("a", "").writeTo(jar);

        refused("offers nothing (expected: at least one factory)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Upper", "with space", "1st", "under_score", "abcdefghijklmnopqrstuvwxyz-1234567"})
    void a_name_that_no_policy_could_say(String name) throws IOException {
        PluginJar.exporting("a", name).writeTo(jar);

        refused(".name(): " + name, "(expected: lower-case letters, digits and dashes");
    }

    @Test
    void a_name_that_is_taken_within_the_plugin() throws IOException {
        PluginJar.withBody(
                        "a",
                        "public List<LogExporterFactory<?>> logExporters() { return List.of(" + PluginJar.factory("x")
                                + ", " + PluginJar.factory("x") + "); }")
                .writeTo(jar);

        refused("log exporter x: also offered by " + jar);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(Class) String.class      | test.Entry$1.configType(): java.lang.String (expected: a record)",
                "null                      | test.Entry$1.configType(): null (expected: a value)",
                "(Class) Unbindable.class  | test.Entry$1.configType(): cannot be bound to configuration"
            })
    void a_configuration_type_that_nothing_can_be_bound_to(String type, String expected) throws IOException {
        PluginJar.withBody("a", """
                        public record Unbindable(java.net.Socket socket) {}
                        @SuppressWarnings({"unchecked", "rawtypes"})
                        public List<LogExporterFactory<?>> logExporters() {
                            return List.of(new LogExporterFactory<Options>() {
                                public String name() { return "x"; }
                                public Class<Options> configType() { return %s; }
                                public LogExporter create(Options options) { return null; }
                            });
                        }""".formatted(type)).writeTo(jar);

        refused(expected);
    }

    private void refused(String... parts) {
        PluginLoadException refused = BrokenPlugins.problemsOf(directory);

        assertThat(refused.problems())
                .as(refused.getMessage())
                .anySatisfy(problem -> assertThat(problem.path()).isEqualTo(jar))
                .noneMatch(problem -> problem.message().contains("\n"));
        assertThat(refused.getMessage()).contains(jar + ": ").contains(parts);
    }
}
