package io.openshell.core.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParametersTest {

    private static Map<String, List<String>> values(String raw) {
        QueryParameters.Result result = QueryParameters.parse(raw);
        assertThat(result).as(raw).isInstanceOf(QueryParameters.Parsed.class);
        return ((QueryParameters.Parsed) result).values();
    }

    @Test
    void names_and_values_are_decoded() {
        assertThat(values("a=1&b=x+y&c=%2F%C3%A9&%64=e%3Df"))
                .containsExactly(
                        Map.entry("a", List.of("1")),
                        Map.entry("b", List.of("x y")),
                        Map.entry("c", List.of("/\u00e9")),
                        Map.entry("d", List.of("e=f")));
    }

    @Test
    void values_of_a_name_stay_in_order() {
        assertThat(values("a=2&a=1&A=3&%61=4"))
                .containsExactly(Map.entry("a", List.of("2", "1", "4")), Map.entry("A", List.of("3")));
    }

    @Test
    void empty_parts_are_passed_over_and_a_missing_value_is_empty() {
        assertThat(values("&&a&b=&=c&"))
                .containsExactly(Map.entry("a", List.of("")), Map.entry("b", List.of("")), Map.entry("", List.of("c")));
        assertThat(values("")).isEmpty();
        assertThat(values("&")).isEmpty();
    }

    @Test
    void a_semicolon_is_read_both_ways() {
        assertThat(values("a=1;b=2"))
                .containsExactly(Map.entry("a", List.of("1;b=2", "1")), Map.entry("b", List.of("2")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "a=%2", "a=%zz", "%g1=x", "a=%C3", "a=%ff", "a=%c0%ae", "a=%ed%a0%80"})
    void malformed_queries_are_refused(String raw) {
        assertThat(QueryParameters.parse(raw)).isInstanceOf(QueryParameters.Refused.class);
    }

    @Property
    void anything_is_read_or_refused(@ForAll String raw) {
        assertThat(QueryParameters.parse(raw)).isNotNull();
    }
}
