package io.openshell.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.config.ConfigNode;
import io.openshell.api.config.TextMatcher;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RecordPrinterTest {

    enum Colour {
        RED,
        DARK_BLUE
    }

    record Leaf(@Nullable String text, boolean flag, TextMatcher matcher) {}

    record Tree(
            String text,
            long number,
            Colour colour,
            List<String> list,
            Map<String, String> map,
            List<Leaf> leaves,
            List<List<Integer>> nested,
            Map<String, List<Leaf>> branches) {}

    record Holder(ConfigNode node) {}

    private static <R extends Record> R readBack(String text, Class<R> type) {
        ConfigProblems problems = new ConfigProblems();
        YamlNode root = YamlReader.read(text, problems).orElseThrow(() -> failure(text, problems));
        return new RecordBinder(problems).bind(root, type).orElseThrow(() -> failure(text, problems));
    }

    private static AssertionError failure(String text, ConfigProblems problems) {
        return new AssertionError(problems.sorted() + " in\n" + text);
    }

    @Provide
    Arbitrary<Tree> trees() {
        Arbitrary<String> text = Arbitraries.oneOf(
                        Arbitraries.strings().ofMaxLength(12),
                        Arbitraries.strings()
                                .withChars(" \n:#-[]{}&*!|>'\"%@`,?~\\<=ab01.")
                                .ofMaxLength(8),
                        Arbitraries.of(
                                "", "null", "~", "true", "1", "0x1", ".nan", "-", "---", "...", "<<", "a: b", "a #b",
                                "\n"))
                .filter(RecordPrinterTest::isAllowed);
        Arbitrary<String> key = text.filter(it -> !it.isBlank() && it.indexOf('\n') < 0);
        Arbitrary<TextMatcher> matcher = text.list().ofMinSize(1).ofMaxSize(3).map(TextMatcher::new);
        Arbitrary<Leaf> leaf = Combinators.combine(text.injectNull(0.2), Arbitraries.of(true, false), matcher)
                .as(Leaf::new);
        return Combinators.combine(
                        text,
                        Arbitraries.longs(),
                        Arbitraries.of(Colour.class),
                        text.list().ofMaxSize(3),
                        Arbitraries.maps(key, text).ofMaxSize(3),
                        leaf.list().ofMaxSize(3),
                        Arbitraries.integers().list().ofMaxSize(2).list().ofMaxSize(2),
                        Arbitraries.maps(key, leaf.list().ofMaxSize(2)).ofMaxSize(2))
                .as(Tree::new);
    }

    private static boolean isAllowed(String text) {
        return text.codePoints().noneMatch(c -> Characters.isForbidden(c) || c == '\t');
    }

    @Property(tries = 2000)
    void what_is_printed_reads_back_equal(@ForAll("trees") Tree tree) {
        String printed = RecordPrinter.print(RecordPrinter.mapping(tree));

        assertThat(readBack(printed, Tree.class)).isEqualTo(tree);
    }

    @Property(tries = 500)
    void a_node_handed_on_unread_prints_the_same_again(@ForAll("trees") Tree tree) {
        String printed = RecordPrinter.print(Map.of("node", RecordPrinter.mapping(tree)));

        String again = RecordPrinter.print(RecordPrinter.mapping(readBack(printed, Holder.class)));

        assertThat(readBack(again, Holder.class).node().path()).isEqualTo("node");
        assertThat(RecordPrinter.print(RecordPrinter.mapping(readBack(again, Holder.class))))
                .isEqualTo(again);
    }

    @Test
    void prints_blocks_and_quotes_only_what_has_to_be() {
        Tree tree = new Tree(
                "two\nlines\n",
                7,
                Colour.DARK_BLUE,
                List.of("plain", "a: b", "true", ""),
                Map.of(),
                List.of(new Leaf(null, true, new TextMatcher(List.of("*")))),
                List.of(List.of(1, 2), List.of()),
                Map.of("k", List.of()));

        assertThat(RecordPrinter.print(RecordPrinter.mapping(tree))).isEqualTo("""
                        text: |2+
                          two
                          lines
                        number: 7
                        colour: dark-blue
                        list:
                          - plain
                          - "a: b"
                          - "true"
                          - ""
                        map: {}
                        leaves:
                          - flag: true
                            matcher: "*"
                        nested:
                          - - 1
                            - 2
                          - []
                        branches:
                          k: []
                        """);
    }
}
