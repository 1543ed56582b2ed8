package io.openshell.plugin.docker.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.arbitraries.StringArbitrary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** What is JSON and what it means, as Jackson has it. */
class JsonReaderTest {

    private static final JsonFactory JACKSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(50).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** A value, which may be {@code null}. */
    private record Value(@Nullable Object of) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "false",
                "0",
                "-0",
                "-1",
                "9223372036854775807",
                "-9223372036854775808",
                "9223372036854775808",
                "123456789012345678",
                "1.5",
                "-0.25e-3",
                "1E5",
                "1e+2",
                "1e999",
                "[]",
                "{}",
                " [ ] ",
                "[[],{}]",
                "\t{\r\n\"a\" : [1 , 2] , \"\":null } ",
                "\"\"",
                "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
                "\"\\u00e9\\uD83D\\ude00\\ud83d\"",
                "\"\u007f\u2028é\"",
                "{\"a\\u0062\":1,\"ac\":2}",
                "[\"a\",\"b\\n\"]"
            })
    void reads_what_is_JSON(String text) throws Exception {
        assertThat(JsonReader.read(text)).isEqualTo(jackson(text).orElseThrow().of);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\0",
                "[\0]",
                "nul",
                "nulll",
                "True",
                "01",
                "-01",
                "00",
                "-",
                "+1",
                "1.",
                ".5",
                "1e",
                "1e+",
                "0x1",
                "1_000",
                "NaN",
                "Infinity",
                "[1,]",
                "[,1]",
                "[1 2]",
                "[1",
                "]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{1:1}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "\"",
                "\"a",
                "\"\n\"",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\u٠٠٠٠\"",
                "{} {}",
                "1 2",
                "[]]",
                "// a\n1",
                "\u00a01"
            })
    void refuses_what_is_not(String text) {
        assertThat(jackson(text)).isEmpty();
        assertThatThrownBy(() -> JsonReader.read(text)).isInstanceOf(MalformedAnswerException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"a\":1,\"a\":2}; no JSON at character 8 of 13 (expected: a key that does not stand twice)",
                "[1 2]; no JSON at character 4 of 5 (expected: ',' or ']')",
                "[tru]; no JSON at character 2 of 5 (expected: a value)",
                "{}x; no JSON at character 3 of 3 (expected: nothing more)",
            })
    void says_where(String text, String message) {
        assertThatThrownBy(() -> JsonReader.read(text)).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"[,]", "{\"a\":,}"})
    void nesting_has_an_end(String open, String close) throws Exception {
        String most = open.repeat(49) + "[]" + close.repeat(49);

        assertThat(JsonReader.read(most)).isEqualTo(jackson(most).orElseThrow().of);
        assertThatThrownBy(() -> JsonReader.read(open + most + close)).hasMessageContaining("nesting of at most 50");
        assertThat(jackson(open + most + close)).isEmpty();
    }

    @Property
    void reads_what_is_written(@ForAll("values") Object value) throws Exception {
        assertThat(JsonReader.read(JsonText.of(value))).isEqualTo(value);
        assertThat(jackson(JsonText.of(value)).orElseThrow().of).isEqualTo(value);
    }

    /** Any text of JSON's own characters, nearly all of which are not JSON. */
    @Property(tries = 20_000)
    void agrees_on_any_text(@ForAll("texts") String text) {
        assertThat(ours(text)).isEqualTo(jackson(text));
    }

    /** JSON with one character put in or taken out. */
    @Property(tries = 5_000)
    void agrees_on_broken_JSON(@ForAll("latinValues") Object value, @ForAll int place, @ForAll("characters") char put) {
        String text = JsonText.of(value);
        int at = Math.floorMod(place, text.length() + 1);
        String more = text.substring(0, at) + put + text.substring(at);
        String less = at == text.length() ? text : text.substring(0, at) + text.substring(at + 1);

        assertThat(ours(more)).isEqualTo(jackson(more));
        assertThat(ours(less)).isEqualTo(jackson(less));
    }

    /** Jackson takes a digit's lower eight bits for the digit, so it is no measure here. */
    @Test
    void a_digit_is_a_digit() {
        String text = "\"\\u000\u4b41\"";

        assertThat(jackson(text)).contains(new Value("\n"));
        assertThatThrownBy(() -> JsonReader.read(text)).hasMessageContaining("four hexadecimal digits");
    }

    @Provide
    Arbitrary<Object> values() {
        return value(3, Arbitraries.strings());
    }

    /** With no character that Jackson could take for a digit. */
    @Provide
    Arbitrary<Object> latinValues() {
        return value(3, Arbitraries.strings().withCharRange('\0', '\u00ff'));
    }

    private static Arbitrary<Object> value(int depth, StringArbitrary texts) {
        Arbitrary<Object> plain = Arbitraries.oneOf(
                Arbitraries.longs().map(number -> (Object) number),
                Arbitraries.of(true, false).map(flag -> (Object) flag),
                texts.ofMaxLength(5).map(text -> (Object) text));
        if (depth == 0) {
            return plain;
        }
        Arbitrary<Object> lists = value(depth - 1, texts).list().ofMaxSize(3).map(list -> (Object) list);
        Arbitrary<Object> maps = Arbitraries.maps(texts.ofMaxLength(3), value(depth - 1, texts))
                .ofMaxSize(3)
                .map(map -> (Object) map);
        return Arbitraries.oneOf(plain, lists, maps);
    }

    @Provide
    Arbitrary<String> texts() {
        return characters().list().ofMaxSize(8).map(list -> {
            StringBuilder text = new StringBuilder();
            list.forEach(text::append);
            return text.toString();
        });
    }

    @Provide
    Arbitrary<Character> characters() {
        return Arbitraries.of("{}[]\",:\\ \n-+.eE0123459aubnfrt/é\u0000\u001f"
                .chars()
                .mapToObj(c -> (char) c)
                .toList());
    }

    private static Optional<Value> ours(String text) {
        try {
            return Optional.of(new Value(JsonReader.read(text)));
        } catch (MalformedAnswerException notJson) {
            return Optional.empty();
        }
    }

    private static Optional<Value> jackson(String text) {
        try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                return Optional.empty();
            }
            Object value = jacksonsValue(parser);
            return parser.nextToken() == null ? Optional.of(new Value(value)) : Optional.empty();
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    private static @Nullable Object jacksonsValue(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, jacksonsValue(parser));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(jacksonsValue(parser));
                }
                yield elements;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? (Object) Double.valueOf(parser.getDoubleValue())
                        : Long.valueOf(parser.getLongValue());
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }
}
