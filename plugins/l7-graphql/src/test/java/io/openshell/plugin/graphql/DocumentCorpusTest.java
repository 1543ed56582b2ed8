package io.openshell.plugin.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads every document of {@code documents.txt}. */
class DocumentCorpusTest {

    private static final int AT_LEAST = 80;
    private static final Pattern ESCAPE = Pattern.compile("\\\\(u[0-9a-f]{4}|[tr0\\\\])");

    private final DocumentReader reader = new DocumentReader(Limits.DEFAULT);

    record Case(String name, String expected, String document) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        String text = Files.readString(Path.of("src/test/resources/documents.txt"));
        for (String part : text.substring(text.indexOf("\n= ") + 1).split("(?m)^= ")) {
            if (!part.isEmpty()) {
                String head = part.lines().findFirst().orElseThrow();
                String[] sides = head.split(" -> ", 2);
                String document = part.substring(head.length() + 1).strip();
                cases.add(new Case(sides[0], sides[1], unescaped(document)));
            }
        }
        return cases;
    }

    private static String unescaped(String text) {
        return ESCAPE.matcher(text).replaceAll(escape -> Matcher.quoteReplacement(meaning(escape.group(1))));
    }

    private static String meaning(String escape) {
        return switch (escape.charAt(0)) {
            case 't' -> "\t";
            case 'r' -> "\r";
            case '0' -> "\0";
            case 'u' -> Character.toString(Integer.parseInt(escape.substring(1), 16));
            default -> escape;
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void reads_as_the_table_says(Case it) {
        String read = read(it.document());

        if (it.expected().startsWith("unreadable")) {
            assertThat(read).startsWith("unreadable").contains(it.expected().substring("unreadable".length()));
        } else {
            assertThat(read).isEqualTo(it.expected());
        }
    }

    @Test
    void the_table_is_large() throws IOException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(AT_LEAST).doesNotHaveDuplicates();
    }

    private String read(String document) {
        try {
            return reader.read(document).operations().stream()
                    .map(operation -> operation.type().keyword() + " "
                            + (operation.name().isEmpty() ? "-" : operation.name()) + "("
                            + String.join(", ", new TreeSet<>(operation.rootFields())) + ")")
                    .collect(Collectors.joining("; "));
        } catch (UnreadableException e) {
            return "unreadable " + e.problem();
        }
    }
}
