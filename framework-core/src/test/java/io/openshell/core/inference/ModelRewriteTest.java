package io.openshell.core.inference;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

class ModelRewriteTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void replaces_the_model_and_leaves_every_other_byte() {
        assertThat(rewritten("{ \"a\" : 1.50e3,\t\"model\" : \"gpt-4\" , \"m\":[{\"model\":\"inner\"}] }\n"))
                .isEqualTo("{ \"a\" : 1.50e3,\t\"model\" : \"mine\" , \"m\":[{\"model\":\"inner\"}] }\n");
    }

    @Test
    void puts_one_in_where_there_is_none() {
        assertThat(rewritten("{}")).isEqualTo("{\"model\":\"mine\"}");
        assertThat(rewritten(" { \"a\":1}")).isEqualTo(" {\"model\":\"mine\", \"a\":1}");
    }

    @Test
    void replaces_every_spelling_and_every_repetition() {
        assertThat(rewritten("{\"model\":\"a\",\"model\":\"b\"}")).isEqualTo("{\"model\":\"mine\",\"model\":\"mine\"}");
        assertThat(rewritten("{\"m\\u006fdel\":\"a\"}")).isEqualTo("{\"m\\u006fdel\":\"mine\"}");
        assertThat(rewritten("{\"Model\":\"a\"}")).isEqualTo("{\"model\":\"mine\",\"Model\":\"mine\"}");
        assertThat(rewritten("{\"model\":{\"x\":[1,{}]},\"b\":2}")).isEqualTo("{\"model\":\"mine\",\"b\":2}");
        assertThat(rewritten("{\"model\":null}")).isEqualTo("{\"model\":\"mine\"}");
        assertThat(rewritten("{\"model\":12 }")).isEqualTo("{\"model\":\"mine\" }");
    }

    @Test
    void escapes_the_configured_model() {
        assertThat(text(ModelRewrite.apply("{}".getBytes(UTF_8), "a\"b\\é"))).isEqualTo("{\"model\":\"a\\\"b\\\\é\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "\"model\"",
                "1",
                "{",
                "{\"model\":\"a\"",
                "{\"model\":\"a\"} {\"model\":\"b\"}",
                "{\"model\":\"a\"}x",
                "{\"model\":\"a\",}",
                "{'model':'a'}",
                "{model:\"a\"}",
                "\uFEFF{\"model\":\"a\"}",
                "{\"model\":\"a\"/**/}",
                "{\"a\":\"\u0001\"}",
                "not json"
            })
    void refuses_what_is_not_one_json_object(String body) {
        assertThat(ModelRewrite.apply(body.getBytes(UTF_8), "mine")).isInstanceOf(ModelRewrite.Refused.class);
    }

    @Test
    void refuses_other_encodings() {
        assertThat(ModelRewrite.apply("{\"model\":\"a\"}".getBytes(UTF_16LE), "mine"))
                .isInstanceOf(ModelRewrite.Refused.class);
        assertThat(ModelRewrite.apply(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}, "mine"))
                .isInstanceOf(ModelRewrite.Refused.class);
    }

    @Provide
    Arbitrary<String> objects() {
        Arbitrary<String> key = Arbitraries.of("model", "MODEL", "mo\\u0064el", "a", "messages", "ü", "modelx", "");
        Arbitrary<String> value = Arbitraries.of(
                "1",
                "-0.5e+10",
                "true",
                "null",
                "\"x\"",
                "\"model\"",
                "[]",
                "[1,[2,{\"model\":3}]]",
                "{\"model\":\"y\"}",
                "\"\\\"model\\\":\\u00e4ö😀\"",
                "\"" + "long ".repeat(3000) + "\"");
        Arbitrary<String> space = Arbitraries.of("", " ", "\n\t", "  ");
        return key.flatMap(k -> value.flatMap(v -> space.map(s -> s + "\"" + k + "\"" + s + ":" + s + v + s)))
                .list()
                .ofMaxSize(8)
                .map(members -> "{" + String.join(",", members) + "}");
    }

    @Property(tries = 1500)
    void means_the_same_but_for_the_model(@ForAll("objects") String body) {
        Map<String, Object> before = JSON.readValue(body, new TypeReference<>() {});
        Map<String, Object> after = JSON.readValue(rewritten(body), new TypeReference<>() {});

        assertThat(after).containsEntry("model", "mine");
        List<Tuple.Tuple2<String, Object>> rest = before.entrySet().stream()
                .filter(it -> !it.getKey().equalsIgnoreCase("model"))
                .map(it -> Tuple.of(it.getKey(), it.getValue()))
                .toList();
        rest.forEach(it -> assertThat(after).containsEntry(it.get1(), it.get2()));
        after.forEach((key, value) -> {
            if (key.equalsIgnoreCase("model")) {
                assertThat(value).isEqualTo("mine");
            } else {
                assertThat(before).containsKey(key);
            }
        });
    }

    private static String rewritten(String body) {
        return text(ModelRewrite.apply(body.getBytes(UTF_8), "mine"));
    }

    private static String text(ModelRewrite.Result result) {
        assertThat(result).isInstanceOf(ModelRewrite.Rewritten.class);
        return UTF_8.decode(((ModelRewrite.Rewritten) result).body().duplicate())
                .toString();
    }
}
