package io.openshell.core.plugin;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.DiagnosticCollector;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Builds plugin jars from source text, well-formed ones to begin with. */
final class PluginJar {

    static final String SERVICE = "META-INF/services/io.openshell.api.plugin.EnforcementPlugin";

    private static final String IMPORTS = """
            import io.openshell.api.compute.*;
            import io.openshell.api.config.*;
            import io.openshell.api.credential.*;
            import io.openshell.api.inspect.*;
            import io.openshell.api.log.*;
            import io.openshell.api.plugin.*;
            import java.util.*;
            """;

    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final List<Path> classPath = new ArrayList<>();

    private PluginJar() {}

    /** A jar with nothing in it but a manifest that makes it a plugin. */
    static PluginJar empty(String id) {
        return new PluginJar()
                .manifest("Plugin-Id", id)
                .manifest("Plugin-Version", "1.2.3")
                .manifest("Plugin-Requires", ">=1.0.0 & <2.0.0")
                .manifest("Plugin-Provider", "A test");
    }

    /** A plugin whose entry {@code test.Entry} offers one log exporter of this name. */
    static PluginJar exporting(String id, String exporter) {
        return empty(id).entry("test.Entry").source("test.Entry", entrySource(exporter, ""));
    }

    /** A plugin whose entry {@code test.Entry} has this body. */
    static PluginJar withBody(String id, String body) {
        return empty(id)
                .entry("test.Entry")
                .source("test.Entry", "public class Entry implements EnforcementPlugin { " + body + " }");
    }

    static String entrySource(String exporter, String members) {
        return "public class Entry implements EnforcementPlugin { " + members
                + " public List<LogExporterFactory<?>> logExporters() { return List.of(" + factory(exporter) + "); } }";
    }

    /** An expression that makes a log exporter's factory. */
    static String factory(String name) {
        return """
                new LogExporterFactory<Options>() {
                    public String name() { return "%s"; }
                    public Class<Options> configType() { return Options.class; }
                    public LogExporter create(Options options) { throw new IllegalStateException("not needed"); }
                }""".formatted(name);
    }

    PluginJar manifest(String name, String value) {
        manifest.put(name, value);
        return this;
    }

    PluginJar without(String name) {
        manifest.remove(name);
        return this;
    }

    /** Names the entries in the service file. */
    PluginJar entry(String... classes) {
        return file(SERVICE, String.join("\n", classes));
    }

    PluginJar file(String name, String content) {
        entries.put(name, content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** A class of package {@code test}; an {@code Options} record comes with it. */
    PluginJar source(String className, String source) {
        sources.put(className, "package test;\n" + IMPORTS + source);
        sources.put("test.Options", "package test; public record Options(String file) {}");
        return this;
    }

    /** Source text as it stands in a file. */
    PluginJar wholeSource(String className, String source) {
        sources.put(className, source);
        return this;
    }

    /** Something else to compile against. */
    PluginJar against(Path jar) {
        classPath.add(jar);
        return this;
    }

    Path writeTo(Path file) throws IOException {
        entries.putAll(compiled());
        Manifest written = new Manifest();
        written.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.forEach((name, value) -> written.getMainAttributes().putValue(name, value));
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        try (OutputStream bytes = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(bytes, written)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                new ByteArrayInputStream(entry.getValue()).transferTo(jar);
            }
        }
        return file;
    }

    private Map<String, byte[]> compiled() throws IOException {
        if (sources.isEmpty()) {
            return Map.of();
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        StringBuilder path = new StringBuilder(System.getProperty("java.class.path"));
        classPath.forEach(jar -> path.append(':').append(jar));
        List<String> options = List.of("--release", "21", "-proc:none", "-cp", path.toString());
        try (StandardJavaFileManager files = compiler.getStandardFileManager(diagnostics, null, null);
                KeptClasses kept = new KeptClasses(files)) {
            boolean sound = compiler.getTask(
                            null,
                            kept,
                            diagnostics,
                            options,
                            null,
                            sources.entrySet().stream()
                                    .map(source -> new Source(source.getKey(), source.getValue()))
                                    .toList())
                    .call();
            if (!sound) {
                throw new IllegalStateException(diagnostics.getDiagnostics().toString());
            }
            return kept.bytes();
        }
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String className, String text) {
            super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class KeptClasses extends ForwardingJavaFileManager<StandardJavaFileManager> {

        private final Map<String, ByteArrayOutputStream> classes = new LinkedHashMap<>();

        KeptClasses(StandardJavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, javax.tools.FileObject sibling) {
            String name = className.replace('.', '/') + kind.extension;
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            classes.put(name, bytes);
            return new SimpleJavaFileObject(URI.create("bytes:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }

        Map<String, byte[]> bytes() {
            Map<String, byte[]> bytes = new LinkedHashMap<>();
            classes.forEach((name, stream) -> bytes.put(name, stream.toByteArray()));
            return bytes;
        }
    }
}
