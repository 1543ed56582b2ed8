package io.openshell.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The refusals and their places are in {@code policy-load/yaml}; here is the tree, and what a parser must survive. */
final class YamlReaderTest {

    private static YamlNode read(String text) {
        ConfigProblems problems = new ConfigProblems();
        Optional<YamlNode> root = YamlReader.read(text, problems);
        assertThat(problems.sorted()).isEmpty();
        return root.orElseThrow();
    }

    private static YamlNode.Entry entry(YamlNode.Mapping mapping, String key) {
        return Objects.requireNonNull(mapping.entries().get(key));
    }

    @Test
    void every_node_knows_its_path_and_place() {
        YamlNode.Mapping root = (YamlNode.Mapping) read("a:\n  - b: [1, x]\n    \"c d\": é\n");

        YamlNode.Sequence list = (YamlNode.Sequence) entry(root, "a").value();
        YamlNode.Mapping item = (YamlNode.Mapping) list.items().get(0);
        YamlNode.Sequence numbers = (YamlNode.Sequence) entry(item, "b").value();
        assertThat(list.path()).isEqualTo("a");
        assertThat(item.path()).isEqualTo("a[0]");
        assertThat(item.position()).isEqualTo(new Position(2, 5));
        assertThat(numbers.items().get(1).path()).isEqualTo("a[0].b[1]");
        assertThat(numbers.items().get(1).position()).isEqualTo(new Position(2, 12));
        assertThat(entry(item, "c d").value().path()).isEqualTo("a[0][\"c d\"]");
        assertThat(entry(item, "c d").keyPosition()).isEqualTo(new Position(3, 5));
    }

    @Test
    void a_place_is_found_by_its_path_or_else_the_nearest_around_it() {
        YamlNode root = read("a:\n  b: 1\n  b.c: 2\n  l: [x, {y: z}]\n");

        assertThat(root.locate("a.b")).isEqualTo(new Position(2, 6));
        assertThat(root.locate("a[\"b.c\"]")).isEqualTo(new Position(3, 8));
        assertThat(root.locate("a.l[1].y")).isEqualTo(new Position(4, 14));
        assertThat(root.locate("a.l[1].none.at.all")).isEqualTo(new Position(4, 10));
        assertThat(root.locate("a.l[10]")).isEqualTo(new Position(4, 6));
        assertThat(root.locate("elsewhere")).isEqualTo(Position.START);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{", "- ", "? ", "[{", "{a: ", "[[a, ", "a: [", "'", "\"", "&a ", "!t ", "| ", "# "})
    void a_text_of_one_thing_without_end_ends_soon(String piece) {
        String text = piece.repeat(YamlReader.MAX_BYTES / piece.length());
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> YamlReader.read(text, new ConfigProblems()));
    }

    @Test
    void the_largest_scalar_ends_soon() {
        String text = "a: \"" + "x".repeat(YamlReader.MAX_BYTES - 5) + "\"";
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> read(text));
    }

    @Provide
    Arbitrary<String> yamlish() {
        return Arbitraries.of(
                        "a", "b", ": ", ":", "- ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ", ", "\"", "'", "&x ",
                        "*x", "!!int ", "!<t> ", "|", ">", "|2+", "\\", "\\u00", "\\x41", "#", "%", "%YAML", "---",
                        "...", "? ", "<<", "~", "1", " ")
                .list()
                .ofMaxSize(30)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 5000)
    void any_text_is_a_tree_or_a_problem(@ForAll("yamlish") String text) {
        ConfigProblems problems = new ConfigProblems();

        Optional<YamlNode> root = YamlReader.read(text, problems);

        assertThat(root.isPresent() || problems.count() > 0).isTrue();
    }

    @Property(tries = 2000)
    void what_was_refused_is_never_without_a_problem(@ForAll("yamlish") String text) {
        ConfigProblems problems = new ConfigProblems();

        Optional<YamlNode> root = YamlReader.read(text, problems);

        root.ifPresent(
                node -> assertThat(node.isWhole() || problems.count() > 0).isTrue());
    }
}
