package io.openshell.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TableTest {

    private static final Table TABLE = new Table(
            List.of("id", "offers"),
            List.of(List.of("l7-rest", List.of("protocol rest")), List.of("x", List.of("a", "b"))));

    @Test
    void columns_line_up() {
        assertThat(TABLE.render(OutputFormat.TABLE)).isEqualTo("""
                        ID       OFFERS
                        l7-rest  protocol rest
                        x        a, b""");
    }

    @Test
    void json_and_yaml_keep_the_types() {
        assertThat(TABLE.render(OutputFormat.JSON)).contains("\"offers\" : [ \"a\", \"b\" ]");
        assertThat(TABLE.render(OutputFormat.YAML)).contains("- id: l7-rest").contains("- protocol rest");
    }
}
