package io.openshell.plugin.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalTargetTest {

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "//a/./b/../c//, /a/c/",
        "/.., /",
        "/a%20b, /a%2520b",
        "/%E1%88%B4, /%25E1%2588%25B4",
        "/a:b(c)*, /a%3Ab%28c%29%2A",
    })
    void paths_are_made_straight_and_encoded_once_more(String path, String canonical) {
        assertThat(CanonicalTarget.of(path, ServiceRules.ORDINARY).path()).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "//a/./b/../c//, //a/./b/../c//",
        "/a%20b, /a%20b",
        "/%e1%88%b4, /%E1%88%B4",
        "/a:b(c)*~, /a%3Ab%28c%29%2A~",
        "/a%2Fb/c, /a%2Fb/c",
        "/100%, /100%25",
        "/a%zz, /a%25zz",
        "/a+b, /a%2Bb",
    })
    void keys_of_objects_stay_what_they_are_and_are_encoded_once(String path, String canonical) {
        assertThat(CanonicalTarget.of(path, ServiceRules.S3).path()).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "'/', ''",
        "'/?', ''",
        "'/?&&', ''",
        "'/?a', 'a='",
        "'/?b=2&a=1&a=0', 'a=0&a=1&b=2'",
        "'/?a-b=1&a=2', 'a=2&a-b=1'",
        "'/?a=b=c', 'a=b%3Dc'",
        "'/?a=x+y', 'a=x%20y'",
        "'/?a=x%2By', 'a=x%2By'",
        "'/?%61=%7e', 'a=~'",
        "'/?a=b?c/d', 'a=b%3Fc%2Fd'",
        "'/?B=1&a=1', 'B=1&a=1'",
        "'/?prefix=%C3%A9', 'prefix=%C3%A9'",
    })
    void parameters_are_sorted_and_encoded_in_one_way(String target, String canonical) {
        assertThat(CanonicalTarget.of(target, ServiceRules.S3).query()).isEqualTo(canonical);
    }
}
