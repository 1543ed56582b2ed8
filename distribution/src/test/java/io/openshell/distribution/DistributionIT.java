package io.openshell.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What ships: that it is whole, that it holds nothing unexpected, and that it starts. */
class DistributionIT {
    private static final Path HOME = Path.of(System.getProperty("openshell.home"));
    private static final Path SOURCES = Path.of(System.getProperty("openshell.sources"));

    @Test
    void lib_holds_our_jars_and_those_that_the_docs_name() throws IOException {
        String docs = Files.readString(SOURCES.resolve("docs/dependencies.md"));
        String paragraph = docs.substring(docs.indexOf("The jars in `lib/`"), docs.indexOf("and\nour own."));
        Set<String> named = Pattern.compile("`([a-z0-9_-]+)`")
                .matcher(paragraph)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> theirs = jars("lib").stream()
                .map(jar -> jar.replaceFirst("-[0-9].*", ""))
                .filter(name -> !name.startsWith("openshell-"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(theirs).isEqualTo(named);
    }

    @Test
    void native_parts_are_for_Linux_on_both_architectures_only() throws IOException {
        assertThat(jars("lib"))
                .noneMatch(jar -> jar.contains("osx") || jar.contains("windows"))
                .anyMatch(jar -> jar.matches("netty-tcnative-boringssl-static-.*-linux-x86_64\\.jar"))
                .anyMatch(jar -> jar.matches("netty-tcnative-boringssl-static-.*-linux-aarch_64\\.jar"));
    }

    @Test
    void holds_the_first_party_plugins_the_launcher_and_the_licence() throws IOException {
        assertThat(jars("plugins")).anyMatch(jar -> jar.startsWith("openshell-l7-rest-"));
        assertThat(jars("plugins")).anyMatch(jar -> jar.startsWith("openshell-l7-websocket-"));
        assertThat(jars("plugins")).anyMatch(jar -> jar.startsWith("openshell-credential-sigv4-"));
        assertThat(jars("plugins")).anyMatch(jar -> jar.startsWith("openshell-compute-local-"));
        assertThat(jars("plugins/l7-graphql/lib")).anyMatch(jar -> jar.startsWith("openshell-l7-graphql-"));
        assertThat(jars("plugins/compute-docker/lib")).anyMatch(jar -> jar.startsWith("openshell-compute-docker-"));
        assertThat(jars("plugins")).noneMatch(jar -> jar.contains("example"));
        assertThat(HOME.resolve("native/openshell-launcher")).isExecutable();
        assertThat(HOME.resolve("LICENSE")).isNotEmptyFile();
        assertThat(HOME.resolve("NOTICE")).isNotEmptyFile();
    }

    @Test
    void prints_its_version() throws Exception {
        String version =
                Files.readString(HOME.resolve("release")).replaceFirst("(?s).*OPENSHELL_VERSION=\"([^\"]+)\".*", "$1");

        assertThat(openshell(Map.of(), "--version")).containsExactly("openshell " + version);
    }

    @Test
    void starts_from_its_cache() throws Exception {
        assumeTrue(Runtime.version().feature() >= 25, "the ahead-of-time cache needs Java 25");
        openshell(Map.of(), "--version");

        List<String> loaded = openshell(Map.of("OPENSHELL_JAVA_OPTS", "-Xlog:class+load"), "--version").stream()
                .filter(line -> line.contains(" picocli.") || line.contains(" io.openshell."))
                .toList();

        assertThat(loaded).hasSizeGreaterThan(20).allMatch(line -> line.endsWith("source: shared objects file"));
    }

    private static List<String> jars(String folder) throws IOException {
        try (Stream<Path> files = Files.list(HOME.resolve(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static List<String> openshell(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(HOME + "/bin/openshell"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output.lines().toList();
    }
}
