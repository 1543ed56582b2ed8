package io.openshell.core.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProviderReaderTest {

    private static final ProviderReader READER = new ProviderReader(Path.of("/project"), Path.of("/home/u"));

    @Test
    void reads_all_that_a_file_may_say() {
        Provider provider = read("""
                version: 1
                description: A service
                aliases: [svc]
                credentials:
                  - key: A_TOKEN
                    bindings: [api.example.com, "api.example.com:8443/v1/**", '*.eu.example.com']
                  - key: B_TOKEN
                    from_env: OTHER
                    bindings: [b.example.com]
                    expires_at: 2027-01-31T00:00:00Z
                    required: false
                  - {key: C, from_file: ~/secret, bindings: [c.example.com]}
                  - {key: D, from_file: ../d, bindings: [d.example.com]}
                """);

        assertThat(provider.name()).isEqualTo("service");
        assertThat(provider.isCalled("svc")).isTrue();
        assertThat(provider.isCalled("other")).isFalse();
        assertThat(provider.credentials())
                .extracting(ProvidedCredential::key)
                .containsExactly("A_TOKEN", "B_TOKEN", "C", "D");
        ProvidedCredential first = provider.credentials().getFirst();
        assertThat(first.source()).hasToString("variable A_TOKEN");
        assertThat(first.required()).isTrue();
        assertThat(first.bindings())
                .extracting(Object::toString)
                .containsExactly("api.example.com", "api.example.com:8443/v1/**", "*.eu.example.com");
        ProvidedCredential second = provider.credentials().get(1);
        assertThat(second.source()).hasToString("variable OTHER");
        assertThat(second.expiresAt()).contains(Instant.parse("2027-01-31T00:00:00Z"));
        assertThat(second.required()).isFalse();
        assertThat(provider.credentials().get(2).source()).hasToString("file /home/u/secret");
        assertThat(provider.credentials().get(3).source()).hasToString("file /d");
    }

    @Test
    void says_all_that_is_wrong_at_once_with_the_place_of_each() {
        assertThat(problems("""
                version: 2
                credentials:
                  - key: 1A
                    bindings: [a.example.com]
                  - key: B
                    from_env: B
                    from_file: /b
                    bindings: []
                    expires_at: tomorrow
                  - key: C
                    binding: [c.example.com]
                    bindings: ['a.example.com:0', 'https://x/']
                """))
                .hasSize(8)
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).startsWith("f.yaml:1:10: version: 2 (expected: 1)"),
                        line -> assertThat(line).startsWith("f.yaml:3:10: credentials[0].key: not shown"),
                        line -> assertThat(line).startsWith("f.yaml:7:16: credentials[1].from_file: besides from_env"),
                        line -> assertThat(line).startsWith("f.yaml:8:15: credentials[1].bindings: an empty list"),
                        line -> assertThat(line).startsWith("f.yaml:9:17: credentials[1].expires_at: tomorrow"),
                        line -> assertThat(line).startsWith("f.yaml:11:5: credentials[2].binding: unknown key"),
                        line -> assertThat(line).startsWith("f.yaml:12:16: credentials[2].bindings[0]: "),
                        line -> assertThat(line).startsWith("f.yaml:12:35: credentials[2].bindings[1]: "));
    }

    /** What somebody writes who takes the file for a place of secrets. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{key: A, value: sk-canary-5829, bindings: [a.example.com]}",
                "{key: sk-canary-5829, bindings: [a.example.com]}",
                "{key: A, from_env: sk-canary-5829, bindings: [a.example.com]}",
                "{key: A=sk-canary-5829, bindings: [a.example.com]}",
            })
    void a_value_in_the_file_is_refused_and_never_shown(String credential) {
        List<String> problems = problems("version: 1\ncredentials:\n  - " + credential + "\n");

        assertThat(problems).isNotEmpty().noneMatch(line -> line.contains("canary"));
    }

    @Test
    void a_key_occurs_once_and_not_more_than_32_do() {
        assertThat(problems("""
                version: 1
                credentials:
                  - {key: A, bindings: [a.example.com]}
                  - {key: A, bindings: [b.example.com]}
                """))
                .containsExactly("f.yaml:4:11: credentials[1].key: A a second time (expected: each key once)");
        StringBuilder many = new StringBuilder("version: 1\ncredentials:\n");
        IntStream.range(0, 33).forEach(i -> many.append("  - {key: K" + i + ", bindings: [a.example.com]}\n"));
        assertThat(problems(many.toString())).singleElement().asString().contains("33 of them (expected: at most 32");
    }

    @Test
    void a_key_of_257_characters_is_refused() {
        assertThat(problems("version: 1\ncredentials: [{key: " + "K".repeat(257) + ", bindings: [a.example.com]}]"))
                .singleElement()
                .asString()
                .contains("up to 256")
                .doesNotContain("KKK");
    }

    @Test
    void what_is_no_text_is_refused_with_its_place() {
        ProviderResult result = READER.read("service", "f.yaml", new byte[] {'a', (byte) 0xff});
        assertThat(((ProviderResult.Invalid) result).problems())
                .singleElement()
                .asString()
                .startsWith("f.yaml:1:2: not UTF-8");
    }

    /** The reference's table of types, other names and variables. */
    @ParameterizedTest
    @CsvSource({
        "anthropic, '', ANTHROPIC_API_KEY",
        "claude-code, claude claude_code, ANTHROPIC_API_KEY CLAUDE_API_KEY",
        "codex, '', OPENAI_API_KEY",
        "copilot, '', COPILOT_GITHUB_TOKEN GH_TOKEN GITHUB_TOKEN",
        "generic, '', ''",
        "github, gh, GITHUB_TOKEN GH_TOKEN",
        "gitlab, glab, GITLAB_TOKEN GLAB_TOKEN CI_JOB_TOKEN",
        "nvidia, '', NVIDIA_API_KEY",
        "openai, '', OPENAI_API_KEY",
        "opencode, '', OPENCODE_API_KEY OPENROUTER_API_KEY OPENAI_API_KEY",
        "outlook, '', ''",
    })
    void the_built_in_ones_are_the_references(String name, String aliases, String variables) {
        Provider provider = BuiltInProviders.find(name).orElseThrow();

        assertThat(String.join(" ", provider.aliases())).isEqualTo(aliases);
        assertThat(String.join(
                        " ",
                        provider.credentials().stream()
                                .map(ProvidedCredential::key)
                                .toList()))
                .isEqualTo(variables);
        assertThat(provider.description()).isNotEmpty();
        if (!aliases.isEmpty()) {
            assertThat(BuiltInProviders.find(aliases.split(" ")[0]).map(Provider::name))
                    .contains(name);
        }
        assertThat(BuiltInProviders.all()).hasSize(11);
    }

    private static Provider read(String text) {
        ProviderResult result = READER.read("service", "f.yaml", text.getBytes(StandardCharsets.UTF_8));
        assertThat(result).isInstanceOf(ProviderResult.Read.class);
        return ((ProviderResult.Read) result).provider();
    }

    private static List<String> problems(String text) {
        ProviderResult result = READER.read("service", "f.yaml", text.getBytes(StandardCharsets.UTF_8));
        assertThat(result).isInstanceOf(ProviderResult.Invalid.class);
        return ((ProviderResult.Invalid) result).problems();
    }
}
