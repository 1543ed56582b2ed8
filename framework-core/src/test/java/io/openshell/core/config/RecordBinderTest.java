package io.openshell.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.api.config.ConfigNode;
import io.openshell.api.config.InvalidConfigException;
import io.openshell.api.config.TextMatcher;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RecordBinderTest {

    enum Mode {
        READ_ONLY,
        FULL
    }

    record Inner(int size, @Nullable String note) {
        Inner {
            if (size < 0) {
                throw new InvalidConfigException("size", size, "0 or more");
            }
        }
    }

    record Everything(
            String text,
            boolean flag,
            Boolean boxedFlag,
            int number,
            Integer boxedNumber,
            long big,
            Long boxedBig,
            Mode mode,
            Inner inner,
            List<String> texts,
            List<Inner> inners,
            Map<String, Integer> numbers,
            Map<String, List<TextMatcher>> matchers,
            TextMatcher matcher,
            ConfigNode rest,
            @Nullable Inner absent) {}

    record Tree(@Nullable List<Tree> children) {}

    record BigNumber(long value) {}

    record Ints(Integer value) {}

    private final ConfigProblems problems = new ConfigProblems();

    private <R extends Record> @Nullable R bind(String text, Class<R> type) {
        YamlNode root = YamlReader.read(text, problems).orElseThrow();
        return new RecordBinder(problems).bind(root, type).orElse(null);
    }

    private String said() {
        return problems.sorted().stream()
                .map(problem -> problem.position() + ": " + problem.path() + ": " + problem.message())
                .collect(Collectors.joining("\n"));
    }

    @Test
    void every_type_arrives() {
        Everything bound = bind("""
                text: no
                flag: true
                boxed_flag: FALSE
                number: -7
                boxed_number: 0x10
                big: 9223372036854775807
                boxed_big: -9223372036854775808
                mode: read-only
                inner: {size: 1}
                texts: [a, "1"]
                inners: [{size: 2, note: x}]
                numbers: {a: 1, "b c": 2}
                matchers: {q: [x, {any: [y, z]}]}
                matcher: {any: [a]}
                rest: {anything: [1, {goes: ~}]}
                """, Everything.class);

        assertThat(said()).isEmpty();
        assertThat(bound).isNotNull();
        assertThat(bound.text()).isEqualTo("no");
        assertThat(bound.flag()).isTrue();
        assertThat(bound.boxedFlag()).isFalse();
        assertThat(bound.number()).isEqualTo(-7);
        assertThat(bound.boxedNumber()).isEqualTo(16);
        assertThat(bound.big()).isEqualTo(Long.MAX_VALUE);
        assertThat(bound.boxedBig()).isEqualTo(Long.MIN_VALUE);
        assertThat(bound.mode()).isEqualTo(Mode.READ_ONLY);
        assertThat(bound.inner()).isEqualTo(new Inner(1, null));
        assertThat(bound.texts()).containsExactly("a", "1");
        assertThat(bound.inners()).containsExactly(new Inner(2, "x"));
        assertThat(bound.numbers()).isEqualTo(Map.of("a", 1, "b c", 2));
        assertThat(bound.matchers())
                .isEqualTo(Map.of("q", List.of(new TextMatcher(List.of("x")), new TextMatcher(List.of("y", "z")))));
        assertThat(bound.matcher()).isEqualTo(new TextMatcher(List.of("a")));
        assertThat(bound.rest().path()).isEqualTo("rest");
        assertThat(bound.absent()).isNull();
    }

    @Test
    void lists_and_maps_cannot_be_changed() {
        Tree tree = bind("children: [{}]", Tree.class);

        assertThat(tree).isNotNull();
        List<Tree> children = Objects.requireNonNull(tree.children());
        assertThatThrownBy(children::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void all_problems_of_a_mapping_are_told() {
        assertThat(bind(
                        "text: 1\nflag: yes\nnumber: 2147483648\nmode: fll\ninner: {size: -1}\ntexts: a\n",
                        Everything.class))
                .isNull();

        assertThat(said()).isEqualTo("""
                        1:1: : boxed_flag: missing (expected: true or false)
                        1:1: : boxed_number: missing (expected: a whole number)
                        1:1: : big: missing (expected: a whole number)
                        1:1: : boxed_big: missing (expected: a whole number)
                        1:1: : inners: missing (expected: a list)
                        1:1: : numbers: missing (expected: a mapping)
                        1:1: : matchers: missing (expected: a mapping)
                        1:1: : matcher: missing (expected: text, or any: with a list)
                        1:1: : rest: missing (expected: a mapping)
                        1:7: text: 1 (expected: text; in quotes: "1")
                        2:7: flag: yes (expected: true or false)
                        3:9: number: 2147483648 (expected: a whole number of at most 32 bits)
                        4:7: mode: fll: unknown value (did you mean 'full'?)
                        5:15: inner.size: -1 (expected: 0 or more)
                        6:8: texts: a (expected: a list)""");
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775808",
        "-9223372036854775809",
        "0x8000000000000000",
        "1.0",
        "1e3",
        "1_000",
        "''",
        "+",
        "0o8"
    })
    void what_is_no_long_is_refused(String text) {
        assertThat(bind("value: " + text, BigNumber.class)).isNull();
        assertThat(said()).startsWith("1:").contains(": value: ");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-0, 0", "+12, 12", "010, 10", "0o17, 15", "0x7fffffff, 2147483647", "2147483647, 2147483647"})
    void whole_numbers_are_those_of_the_core_schema(String text, int value) {
        assertThat(bind("value: " + text, Ints.class)).isEqualTo(new Ints(value));
    }

    @Test
    void known_keys_are_bound_beside_those_of_others() {
        YamlNode root = YamlReader.read("size: 1\nhost: x\n", problems).orElseThrow();

        assertThat(new RecordBinder(problems).bindKnownKeys(root, Inner.class)).contains(new Inner(1, null));
        assertThat(said()).isEmpty();
    }

    @Test
    void below_them_unknown_keys_are_refused_all_the_same() {
        YamlNode root = YamlReader.read("children: [{childrn: []}]\nhost: x\n", problems)
                .orElseThrow();

        new RecordBinder(problems).bindKnownKeys(root, Tree.class);

        assertThat(said()).isEqualTo("1:13: children[0].childrn: unknown key (did you mean 'children'?)");
    }

    @Test
    void keys_are_the_components_in_snake_case() {
        assertThat(RecordBinder.keysOf(Everything.class))
                .contains("boxed_flag", "text")
                .hasSize(16);
        assertThat(RecordBinder.keysOf(Tree.class)).isEqualTo(Set.of("children"));
    }

    record Raw(@SuppressWarnings("rawtypes") List list) {}

    record OtherKeys(Map<Integer, String> map) {}

    record Generic<T>(T value) {}

    record Floating(double value) {}

    record Wild(List<? extends Inner> list) {}

    record Deep(List<Map<String, Floating>> list) {}

    @Test
    void types_that_cannot_be_bound_are_named() {
        RecordBinder.requireBindable(Everything.class);
        RecordBinder.requireBindable(Tree.class);
        for (Class<? extends Record> type :
                List.of(Raw.class, OtherKeys.class, Generic.class, Floating.class, Wild.class, Deep.class)) {
            assertThatThrownBy(() -> RecordBinder.requireBindable(type))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("(expected: String, boolean, int, long, an enum");
        }
        assertThatThrownBy(() -> RecordBinder.requireBindable(Deep.class))
                .hasMessageContaining("Floating.value: double");
    }
}
