package io.openshell.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeaderFieldsTest {

    private final HeaderFields fields = Wire.requestHead(
                    "GET / HTTP/1.1\r\nHost: a.test\r\nX-A: 1\r\nx-b:\t2 \r\nX-a: 3\r\nX-Empty:\r\nX-U: \u00c3\u00a9\r\n\r\n")
            .headers();

    @Test
    void finds_values_without_regard_to_case_in_order_and_trimmed() {
        assertThat(fields.first("x-A")).contains("1");
        assertThat(fields.all("X-A")).containsExactly("1", "3");
        assertThat(fields.first("X-B")).contains("2");
        assertThat(fields.first("X-Empty")).contains("");
        assertThat(fields.first("X-U")).contains("\u00e9");
        assertThat(fields.first("X")).isEmpty();
        assertThat(fields.all("nope")).isEmpty();
        assertThat(fields.count()).isEqualTo(6);
    }

    @Test
    void lists_names_in_lower_case() {
        assertThat(fields.names()).containsExactly("host", "x-a", "x-b", "x-empty", "x-u");
    }

    @Test
    void never_prints_a_value() {
        assertThat(fields.toString()).doesNotContain("a.test");
    }
}
