package io.openshell.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

/** Whatever a text says, loading ends with a policy or with problems that lie inside the text. */
final class PolicyLoaderPropertiesTest {

    private static final String VALID = """
            # a policy with everything
            version: 1
            filesystem_policy:
              include_workdir: true
              read_only: [/usr, /lib, "/etc"]
              read_write:
                - /tmp
                - '/dev/null'
            landlock: {compatibility: hard_requirement}
            process:
              run_as_user: sandbox
              run_as_group: "1000"
            network_policies:
              github:
                name: GitHub é \uD83D\uDE00
                endpoints:
                  - host: api.github.com
                    port: 443
                    protocol: rest
                    enforcement: enforce
                    rules:
                      - allow:
                          method: GET
                          path: /repos/**
                          query: {page: "*", per_page: {any: ["1?", 100-*]}}
                    deny_rules:
                      - {method: GET, path: "/repos/*/keys"}
                  - host: "*.githubusercontent.com"
                    ports: [443, 8443]
                    tls: skip
                  - port: 5432
                    allowed_ips: [10.0.0.0/16, "fd00::1"]
                  - host: stream.example.com
                    port: 443
                    protocol: socket
                    access: full
                    messages: {graphql_max_body_bytes: 65536, access: read-only}
                binaries:
                  - path: /usr/bin/curl
                  - path: /usr/lib/git-core/*
            """;

    private final PolicyLoader loader = new PolicyLoader(TestProtocols.catalog());

    /** One change to a text: at a place, so many characters are replaced. */
    record Edit(int at, int removed, String inserted) {
        String apply(String text) {
            int from = Math.floorMod(at, text.length() + 1);
            int to = Math.min(text.length(), from + removed);
            return text.substring(0, from) + inserted + text.substring(to);
        }
    }

    @Provide
    Arbitrary<List<Edit>> edits() {
        Arbitrary<String> inserted = Arbitraries.oneOf(
                Arbitraries.of(
                        "",
                        "\n",
                        " ",
                        "  ",
                        "- ",
                        ": ",
                        "&a ",
                        "*a",
                        "<<: *a",
                        "!!str ",
                        "!x ",
                        "{",
                        "}",
                        "[",
                        "]",
                        "\"",
                        "'",
                        "#",
                        "|",
                        ">",
                        "%YAML 1.2",
                        "---\n",
                        "...\n",
                        "? ",
                        "~",
                        "null",
                        "true",
                        "0",
                        "-1",
                        "99999999999",
                        "\t",
                        "\r",
                        "\\x",
                        "\\u12",
                        "\\U00110000",
                        "\u0000",
                        "\u202e",
                        "\uFEFF",
                        "\ud800",
                        "version: 1\n",
                        ".",
                        "..",
                        "/",
                        "*",
                        "**",
                        "::1",
                        "127.0.0.1",
                        "root",
                        "rest",
                        "sql",
                        "\n  x:\n    y: z\n"),
                Arbitraries.strings().ofMaxLength(6));
        Arbitrary<Edit> edit = Combinators.combine(
                        Arbitraries.integers().between(0, VALID.length()),
                        Arbitraries.frequencyOf(
                                Tuple.of(5, Arbitraries.integers().between(0, 3)),
                                Tuple.of(1, Arbitraries.integers().between(4, 200))),
                        inserted)
                .as(Edit::new);
        return edit.list().ofMinSize(1).ofMaxSize(5);
    }

    @Test
    void the_policy_that_is_mutated_is_valid() {
        assertThat(loader.load(new PolicySource("policy.yaml", VALID))).isInstanceOf(LoadResult.Loaded.class);
    }

    @Property(tries = 3000)
    void a_mutated_policy_loads_or_has_problems_inside_the_text(@ForAll("edits") List<Edit> edits) {
        String text = VALID;
        for (Edit edit : edits) {
            text = edit.apply(text);
        }
        assertLoadsOrLocates(text);
    }

    @Test
    void a_truncated_policy_loads_or_has_problems_inside_the_text() {
        for (int end = 0; end <= VALID.length(); end++) {
            assertLoadsOrLocates(VALID.substring(0, end));
        }
    }

    @Test
    void a_policy_without_one_of_its_characters_loads_or_has_problems_inside_the_text() {
        for (int at = 0; at < VALID.length(); at++) {
            assertLoadsOrLocates(VALID.substring(0, at) + VALID.substring(at + 1));
        }
    }

    @Property(tries = 1000)
    void any_text_loads_or_has_problems_inside_the_text(@ForAll String text) {
        assertLoadsOrLocates(text);
    }

    private void assertLoadsOrLocates(String text) {
        List<PolicyProblem> said = switch (loader.load(new PolicySource("policy.yaml", text))) {
            case LoadResult.Loaded(Policy policy, PolicySource source, List<PolicyProblem> warnings) -> {
                assertSameAgain(policy);
                yield warnings;
            }
            case LoadResult.Invalid(List<PolicyProblem> problems) -> problems;
        };
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        List<String> lines = List.of(content.split("\n", -1));
        for (PolicyProblem problem : said) {
            assertThat(problem.line()).as("line of %s", problem).isBetween(1, lines.size());
            String line = lines.get(problem.line() - 1);
            assertThat(problem.column())
                    .as("column of %s", problem)
                    .isBetween(1, line.codePointCount(0, line.length()) + 1);
            assertThat(problem.toString()).doesNotContain("\n").doesNotContain("\u202e");
        }
    }

    private void assertSameAgain(Policy policy) {
        LoadResult again = loader.load(new PolicySource("canonical", policy.canonical()));
        assertThat(again).isInstanceOf(LoadResult.Loaded.class);
        Policy reloaded = ((LoadResult.Loaded) again).policy();
        assertThat(reloaded.canonical()).isEqualTo(policy.canonical());
        assertThat(reloaded.hash()).isEqualTo(policy.hash());
        assertThat(reloaded.process()).isEqualTo(policy.process());
        assertThat(reloaded.landlock()).isEqualTo(policy.landlock());
        assertThat(reloaded.filesystem().readOnly())
                .containsExactlyInAnyOrderElementsOf(policy.filesystem().readOnly());
        assertThat(reloaded.exactBinaryPaths()).isEqualTo(policy.exactBinaryPaths());
    }
}
