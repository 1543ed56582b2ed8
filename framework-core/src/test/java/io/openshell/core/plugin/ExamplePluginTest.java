package io.openshell.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.inspect.ConnectionInspector;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.StreamInspector;
import io.openshell.api.inspect.StreamVerdict;
import io.openshell.api.inspect.Verdict;
import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.Policy;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicyProblem;
import io.openshell.core.policy.PolicySource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of a third-party plugin: dropped into a directory, it gives policies a protocol that the core lacks. */
class ExamplePluginTest {

    private static final Path SOURCES = Path.of("../examples/plugin-redis/src/main");

    private static final String POLICY = """
            version: 1
            network_policies:
              cache:
                name: cache
                endpoints:
                  - host: cache.example
                    port: 6379
                    protocol: redis
                    enforcement: enforce
                    max_pipeline: 100
                    rules:
                      - allow: {command: {any: [GET, MGET]}, key: "app:*"}
                    deny_rules:
                      - {command: "*", key: "app:secret:*"}
                binaries:
                  - {path: /usr/bin/redis-cli}
            """;

    @TempDir
    private Path directory = Path.of("set by JUnit");

    @Test
    void gives_policies_its_protocol() throws IOException {
        try (PluginHost host = load()) {
            Policy policy = loaded(host, POLICY);

            assertThat(answerTo(policy, "*2\r\n$3\r\nGET\r\n$5\r\napp:a\r\n"))
                    .containsExactly("GET Allowed[rule=rules[0]]", "*2\r\n$3\r\nGET\r\n$5\r\napp:a\r\n", "");
            assertThat(answerTo(policy, "*2\r\n$3\r\nDEL\r\n$5\r\napp:a\r\n"))
                    .containsExactly(
                            "DEL Denied[rule=, reason=DEL not permitted by policy]",
                            "",
                            "-NOPERM DEL not permitted by policy\r\n");
        }
    }

    @Test
    void brings_its_own_keys_which_are_checked_as_strictly_as_the_core_s() throws IOException {
        try (PluginHost host = load()) {
            assertThat(problems(host, POLICY.replace("max_pipeline: 100", "max_pipelin: 100")))
                    .contains(
                            "cache.yaml:10:",
                            "max_pipelin: unknown key of protocol redis (did you mean 'max_pipeline'?)");
            assertThat(problems(host, POLICY.replace("max_pipeline: 100", "max_pipeline: 0")))
                    .contains("cache.yaml:10:", "max_pipeline: 0 (expected: a positive number)");
            assertThat(problems(host, POLICY.replace("\"app:*\"", "\"app:[\"")))
                    .contains("cache.yaml:12:", "rules[0].allow.key", "app:[");
        }
    }

    @Test
    void without_it_the_policy_is_refused_and_what_is_installed_is_named() throws IOException {
        try (PluginHost host = PluginHost.load(List.of(directory))) {
            assertThat(problems(host, POLICY)).contains("cache.yaml:8:", "redis");
        }
    }

    private PluginHost load() throws IOException {
        PluginJar jar = PluginJar.empty("example-redis");
        try (Stream<Path> files = Files.walk(SOURCES.resolve("java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = String.valueOf(file.getFileName()).replace(".java", "");
                jar.wholeSource("io.openshell.example.redis." + name, Files.readString(file));
            }
        }
        jar.file(
                PluginJar.SERVICE, Files.readString(SOURCES.resolve("resources").resolve(PluginJar.SERVICE)));
        jar.writeTo(directory.resolve("redis.jar"));
        return PluginHost.load(List.of(directory));
    }

    private static Policy loaded(PluginHost host, String yaml) {
        LoadResult result = new PolicyLoader(host).load(new PolicySource("cache.yaml", yaml));
        assertThat(result).as("%s", result).isInstanceOf(LoadResult.Loaded.class);
        return ((LoadResult.Loaded) result).policy();
    }

    private static String problems(PluginHost host, String yaml) {
        LoadResult result = new PolicyLoader(host).load(new PolicySource("cache.yaml", yaml));
        assertThat(result).isInstanceOf(LoadResult.Invalid.class);
        return String.join(
                "\n",
                ((LoadResult.Invalid) result)
                        .problems().stream().map(PolicyProblem::toString).toList());
    }

    /** What was judged and how, what goes to the upstream, and what goes back. */
    private static List<String> answerTo(Policy policy, String sent) {
        ProtocolInspector inspector = policy.network()
                .rules()
                .getFirst()
                .endpoints()
                .getFirst()
                .inspector()
                .orElseThrow();
        List<String> seen = new ArrayList<>();
        StreamInspector stream = ((ConnectionInspector) inspector).open((subject, verdict) -> {
            seen.add(subject + " " + verdict);
            return verdict instanceof Verdict.Allowed;
        });
        StreamVerdict.Forward forward =
                (StreamVerdict.Forward) stream.fromClient(ByteBuffer.wrap(sent.getBytes(StandardCharsets.UTF_8)));
        seen.add(text(forward.onward()));
        seen.add(text(forward.back()));
        return seen;
    }

    private static String text(List<ByteBuffer> buffers) {
        return String.join(
                "",
                buffers.stream()
                        .map(buffer -> StandardCharsets.UTF_8.decode(buffer).toString())
                        .toList());
    }
}
