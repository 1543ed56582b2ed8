package io.openshell.plugin.docker.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void reads_what_is_asked_for() throws Exception {
        Json json = Json.read("""
                {"Id": "x", "Pid": 12, "Running": true, "None": null, "Huge": 18446744073709551615,
                 "Labels": {"a": "b"}, "Env": ["A=b", "C=d"]}""");

        assertThat(json.at("Id").requiredText("Id")).isEqualTo("x");
        assertThat(json.at("Pid").number()).contains(12L);
        assertThat(json.at("Running").flag()).isTrue();
        assertThat(json.at("Labels").texts()).isEqualTo(Map.of("a", "b"));
        assertThat(json.at("Env").items()).hasSize(2);
        assertThat(json.at("None").isPresent()).isFalse();
        assertThat(json.at("Nothing").at("deeper").text()).isEmpty();
        assertThat(json.at("Nothing").items()).isEmpty();
        assertThat(json.at("Nothing").flag()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{\"a\":1,\"a\":2}", "{} {}", "[1,]", "nope", "{\"a\":NaN}"})
    void what_is_no_JSON_is_refused(String text) {
        assertThatThrownBy(() -> Json.read(text)).isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void depth_has_an_end() {
        assertThatThrownBy(() -> Json.read("[".repeat(1_000) + "]".repeat(1_000)))
                .isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void another_type_is_an_error_that_says_where() throws Exception {
        Json json = Json.read("{\"State\":{\"Running\":\"yes\"},\"Huge\":18446744073709551615}");

        assertThatThrownBy(() -> json.at("State").at("Running").flag())
                .hasMessage("State.Running: another type (expected: true or false)");
        assertThatThrownBy(() -> json.at("State").text()).hasMessage("State: another type (expected: a text)");
        assertThatThrownBy(() -> json.at("State").items()).hasMessage("State: another type (expected: a list)");
        assertThatThrownBy(() -> json.at("Huge").number()).hasMessage("Huge: another type (expected: a whole number)");
        assertThatThrownBy(() -> json.at("State").at("Running").at("deeper"))
                .hasMessage("State.Running: another type (expected: an object)");
        assertThatThrownBy(() -> json.at("Id").requiredText("Id")).hasMessage("Id: none (expected: a text)");
    }

    @Test
    void writes_what_it_can_read() throws Exception {
        String text = JsonText.of(Map.of("a", List.of("\"\n", 1, 2L, true)));

        assertThat(text).isEqualTo("{\"a\":[\"\\\"\\n\",1,2,true]}");
        assertThat(Json.read(text).at("a").items()).hasSize(4);
        assertThatThrownBy(() -> JsonText.of(Map.of("a", 1.5))).isInstanceOf(IllegalArgumentException.class);
    }
}
