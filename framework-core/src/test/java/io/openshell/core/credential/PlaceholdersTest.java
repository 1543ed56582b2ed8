package io.openshell.core.credential;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceholdersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openshell:resolve:env:API_KEY",
                "openshell:resolve:env:v7_API_KEY",
                "{\"token\":\"openshell:resolve:env:API_KEY\"}",
                "sk-OPENSHELL-RESOLVE-ENV-API_KEY",
                "\u00fcopenshell:resolve:env:A",
            })
    void are_found_in_either_form(String text) {
        assertThat(Placeholders.occurIn(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "openshell", "openshell:resolve", "OPENSHELL:RESOLVE:ENV:A", "openshell-resolve-env-A"})
    void are_nothing_else(String text) {
        assertThat(Placeholders.occurIn(text)).isFalse();
    }
}
