package io.openshell.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rows of data, printed for people or for programs.
 *
 * @param columns the names: keys in JSON and YAML, and headings in a table
 * @param rows as many values as there are columns; a value is a string, number, boolean or list of strings
 */
record Table(List<String> columns, List<List<Object>> rows) {

    Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
    }

    String render(OutputFormat format) {
        return switch (format) {
            case TABLE -> text();
            case JSON ->
                JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(records());
            case YAML ->
                new Dump(DumpSettings.builder()
                                .setDefaultFlowStyle(FlowStyle.BLOCK)
                                .build())
                        .dumpToString(records())
                        .stripTrailing();
        };
    }

    private List<Map<String, Object>> records() {
        List<Map<String, Object>> records = new ArrayList<>();
        for (List<Object> row : rows) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (int column = 0; column < columns.size(); column++) {
                map.put(columns.get(column), row.get(column));
            }
            records.add(map);
        }
        return records;
    }

    private String text() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream()
                .map(name -> name.replace('_', ' ').toUpperCase(java.util.Locale.ROOT))
                .toList());
        for (List<Object> row : rows) {
            lines.add(row.stream().map(Table::cell).toList());
        }
        int[] widths = new int[columns.size()];
        for (List<String> line : lines) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], line.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder padded = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String value = line.get(column);
                padded.append(value).append(" ".repeat(widths[column] - value.length() + 2));
            }
            text.append(padded.toString().stripTrailing()).append('\n');
        }
        return text.toString().stripTrailing();
    }

    private static String cell(Object value) {
        return value instanceof List<?> list
                ? String.join(", ", list.stream().map(String::valueOf).toList())
                : String.valueOf(value);
    }
}
