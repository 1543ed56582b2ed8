package io.openshell.plugin.graphql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a document may cost and may ask for. */
class DocumentLimitsTest {

    /** Of the issue: for 100 KiB of nested braces, on a machine that has other things to do. */
    private static final Duration AT_MOST = Duration.ofMillis(50);

    private static final int RUNS = 5;

    private final DocumentReader reader = new DocumentReader(Limits.DEFAULT);

    @BeforeEach
    void the_parser_is_loaded() {
        reader.warmUp();
    }

    private static String nested(int fields) {
        return "{a".repeat(fields) + "}".repeat(fields);
    }

    private void refuses(String document, String problem) {
        assertThatThrownBy(() -> reader.read(document))
                .isInstanceOf(UnreadableException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void depth_is_counted_in_fields() throws UnreadableException {
        assertThat(reader.read(nested(Limits.DEFAULT.depth())).operations()).hasSize(1);
        refuses(nested(Limits.DEFAULT.depth() + 1), "max_depth: 25 (expected: at most 24)");
    }

    @Test
    void depth_counts_through_fragments() {
        String chain = IntStream.range(0, 30)
                .mapToObj(i -> "fragment F%d on T { a { ...F%d } }".formatted(i, i + 1))
                .collect(Collectors.joining(" "));
        refuses("{ ...F0 } " + chain + " fragment F30 on T { a }", "max_depth: 31");
    }

    @Test
    void the_largest_depth_that_can_be_set_can_be_read() throws UnreadableException {
        DocumentReader deep = new DocumentReader(Limits.LARGEST);
        assertThat(deep.read(nested(Limits.LARGEST.depth())).operations()).hasSize(1);
    }

    @Test
    void aliases_are_counted_on_all_levels() {
        String many = IntStream.range(0, 129).mapToObj(i -> "a" + i + ": b").collect(Collectors.joining(" "));
        refuses("{ a { " + many + " } }", "max_aliases: 129 (expected: at most 128)");
    }

    @Test
    void root_fields_are_counted_as_often_as_they_stand() {
        refuses("{ " + "a ".repeat(65) + "}", "max_root_fields: 65 (expected: at most 64)");
        refuses("{ " + "...F ".repeat(65) + "} fragment F on Q { a }", "max_root_fields: 65");
    }

    /** Each fragment doubles the one before: written out, the last has 2^60 aliases. */
    @Test
    void fragments_that_double_one_another_are_counted_and_not_written_out() {
        String doubling = IntStream.range(0, 60)
                .mapToObj(i -> "fragment F%d on T { ...F%d ...F%d }".formatted(i, i + 1, i + 1))
                .collect(Collectors.joining(" "));
        assertThat(timed("{ a { ...F0 } } " + doubling + " fragment F60 on T { x: y }", "max_aliases: far more"))
                .isLessThan(AT_MOST);
    }

    /** An operation that begins a chain of so many fragments, each no more than the next, and the chain. */
    private static String chain(int fragments) {
        return "query Whole { ...F0 } "
                + IntStream.range(1, fragments)
                        .mapToObj(i -> "fragment F%d on T { ...F%d } ".formatted(i - 1, i))
                        .collect(Collectors.joining())
                + "fragment F%d on T { a }".formatted(fragments - 1);
    }

    @Test
    void fragments_within_one_another_are_counted_where_no_field_is() throws UnreadableException {
        int most = SelectionExpander.MAX_LEVELS - 1; // the operation's own selection is one
        assertThat(reader.read(chain(most)).operations()).hasSize(1);
        refuses(chain(most + 1), "more than 256 levels of fields and fragments");
    }

    /** As long as the tokens that can be allowed: what is expanded first must not be a whole stack deep. */
    @Test
    void a_chain_of_fragments_is_refused_at_once() {
        DocumentReader generous = new DocumentReader(Limits.LARGEST);
        assertThatThrownBy(() -> generous.read(chain(1_800)))
                .isInstanceOf(UnreadableException.class)
                .hasMessageContaining("more than 256 levels of fields and fragments");
    }

    @Test
    void a_chain_is_as_long_for_an_operation_that_comes_after_its_end_was_read() {
        refuses("query End { ...F200 } " + chain(SelectionExpander.MAX_LEVELS), "more than 256 levels");
    }

    @Test
    void tokens_are_counted() {
        refuses("{ a(x: [" + "1 ".repeat(5_000) + "]) }", "beyond the parser's limits");
    }

    @Test
    void a_document_of_more_than_64_KiB_is_not_read() {
        refuses("{ a } #" + "x".repeat(DocumentReader.MAX_CHARACTERS), "longer than 65536 characters");
    }

    @ParameterizedTest
    @ValueSource(ints = {64 * 1024, 100 * 1024})
    void nested_braces_are_refused_at_once(int length) {
        assertThat(timed("{a".repeat(length / 2), "")).isLessThan(AT_MOST);
        assertThat(timed("{".repeat(length), "")).isLessThan(AT_MOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a:", "(", "...", "#\n", "@a ", "\"\" ", "$a ", "a:", "-", ".", "\"", "\"\"\"", ","})
    void no_repeated_text_takes_long(String text) {
        String many = text.repeat(DocumentReader.MAX_CHARACTERS / text.length() - 8);
        for (String before : new String[] {"", "{a(x:", "query A("}) {
            assertThat(timed(before + many, "")).as(before).isLessThan(AT_MOST.multipliedBy(4));
        }
    }

    @Test
    void a_long_number_is_refused_before_the_parser_sees_it() {
        assertThat(timed("{a(x:" + "1".repeat(60_000) + ")}", "digits in a row"))
                .isLessThan(AT_MOST);
    }

    /** The shortest of some runs: the others measure the machine. */
    private Duration timed(String document, String problem) {
        Duration shortest = Duration.ofDays(1);
        for (int run = 0; run < RUNS; run++) {
            long begin = System.nanoTime();
            refuses(document, problem);
            Duration time = Duration.ofNanos(System.nanoTime() - begin);
            shortest = time.compareTo(shortest) < 0 ? time : shortest;
        }
        return shortest;
    }
}
