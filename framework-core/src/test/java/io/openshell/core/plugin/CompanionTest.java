package io.openshell.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.PolicyLoader;
import io.openshell.core.policy.PolicySource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A protocol that hands a part of its rules to another plugin's protocol, in a record of its own. */
class CompanionTest {

    private static final String INSPECTOR = """
            new RequestInspector() {
                public BodyNeed bodyNeed(Request head) { return BodyNeed.NONE; }
                public Verdict inspect(Request request) { return new Verdict.Allowed("rules[0]"); }
            }""";

    private static final String INNER = """
            public record Word(String text, @org.jspecify.annotations.Nullable Integer times) {}
            public record Words(List<Word> words) {}
            public List<ProtocolInspectorFactory<?>> protocolInspectors() {
                return List.of(new ProtocolInspectorFactory<Words>() {
                    public String name() { return "inner"; }
                    public Class<Words> configType() { return Words.class; }
                    public Compilation<ProtocolInspector> create(Words words, EndpointContext context) {
                        for (int i = 0; i < words.words().size(); i++) {
                            if (words.words().get(i).text().equals("bad")) {
                                return new Compilation.Rejected<>(List.of(new Problem("words[" + i + "].text", "bad (expected: good)")));
                            }
                        }
                        return Compilation.of(INSPECTOR);
                    }
                });
            }""".replace("INSPECTOR", INSPECTOR);

    private static final String OUTER = """
            public record Mine(List<String> words) {}
            public record ForInner(List<Said> words) {}
            public record Said(String text, Integer times) {}
            public List<ProtocolInspectorFactory<?>> protocolInspectors() {
                return List.of(new ProtocolInspectorFactory<Mine>() {
                    public String name() { return "outer"; }
                    public Class<Mine> configType() { return Mine.class; }
                    public Compilation<ProtocolInspector> create(Mine mine, EndpointContext context) {
                        return context.companion("inner", new ForInner(mine.words().stream().map(word -> new Said(word, 2)).toList()));
                    }
                });
            }""";

    @TempDir
    private Path directory = Path.of("set by JUnit");

    @BeforeEach
    void build() throws IOException {
        PluginJar.withBody("outer", OUTER).writeTo(directory.resolve("outer.jar"));
    }

    @Test
    void is_compiled_by_the_other_plugin() throws IOException {
        PluginJar.withBody("inner", INNER).writeTo(directory.resolve("inner.jar"));

        assertThat(load("[good, \"{[': tricky\", \"10\"]")).isEqualTo("loaded");
        assertThat(load("[good, bad]")).contains("words[1].text: bad (expected: good)");
    }

    @Test
    void is_refused_without_it_and_what_is_installed_is_named() {
        assertThat(load("[good]")).contains("inner", "outer");
    }

    private String load(String words) {
        String policy = """
                version: 1
                network_policies:
                  api:
                    name: api
                    endpoints:
                      - {host: a.example.com, port: 443, protocol: outer, words: WORDS}
                    binaries: [{path: /usr/bin/curl}]
                """.replace("WORDS", words);
        try (PluginHost host = PluginHost.load(List.of(directory))) {
            return switch (new PolicyLoader(host).load(new PolicySource("policy.yaml", policy))) {
                case LoadResult.Loaded ignored -> "loaded";
                case LoadResult.Invalid invalid -> invalid.describe();
            };
        }
    }
}
