package io.openshell.plugin.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** However root fields are dressed up, they are found; and whatever text comes, an answer does. */
class DocumentProperties {

    private final DocumentReader reader = new DocumentReader(Limits.DEFAULT);

    /** Root fields, and a seed for how they are hidden. */
    record Hidden(Set<String> fields, long seed) {}

    @Provide
    Arbitrary<Hidden> hidden() {
        Arbitrary<String> name = Arbitraries.strings()
                .withChars("abcxyz_AZ09")
                .ofMinLength(1)
                .ofMaxLength(6)
                .map(text -> "n" + text);
        return name.set()
                .ofMinSize(1)
                .ofMaxSize(6)
                .flatMap(fields -> Arbitraries.longs().map(seed -> new Hidden(fields, seed)));
    }

    @Property(tries = 2_000)
    void hidden_fields_are_found(@ForAll("hidden") Hidden hidden) throws UnreadableException {
        String document = new Disguise(new Random(hidden.seed())).of(new ArrayList<>(hidden.fields()));

        ParsedDocument read = reader.read(document);

        assertThat(new TreeSet<>(read.operations().getFirst().rootFields()))
                .as(document)
                .isEqualTo(new TreeSet<>(hidden.fields()));
    }

    @Property(tries = 5_000)
    void any_text_gets_an_answer(@ForAll("almostDocuments") String text) {
        try {
            assertThat(reader.read(text).operations()).isNotEmpty();
        } catch (UnreadableException e) {
            assertThat(e.problem()).isNotBlank().doesNotContain("\n");
        }
    }

    @Provide
    Arbitrary<String> almostDocuments() {
        Arbitrary<String> token = Arbitraries.of(
                "{",
                "}",
                "(",
                ")",
                "[",
                "]",
                ":",
                "...",
                "on",
                "query",
                "mutation",
                "fragment",
                "F",
                "a",
                "b",
                "@skip",
                "$x",
                "!",
                "=",
                "|",
                "&",
                "\"",
                "\"\"\"",
                "\\",
                "#",
                "\n",
                "1",
                "1.5e",
                "-",
                ",",
                " ",
                "\ufeff",
                "\0",
                "\ud800");
        return token.list().ofMaxSize(40).map(tokens -> String.join(" ", tokens));
    }

    /** Writes a mutation that has these root fields, behind aliases, fragments, directives, comments and white space. */
    private record Disguise(Random random) {

        String of(List<String> fields) {
            List<String> fragments = new ArrayList<>();
            String selections =
                    fields.stream().map(field -> one(field, 0, fragments)).collect(Collectors.joining(gap()));
            String operation = "mutation" + gap() + "{" + gap() + selections + gap() + "}";
            return random.nextBoolean()
                    ? operation + " " + String.join(" ", fragments)
                    : String.join(" ", fragments) + " " + operation;
        }

        private String one(String field, int depth, List<String> fragments) {
            return switch (depth > 4 ? 0 : random.nextInt(6)) {
                case 0 -> field;
                case 1 -> "viewer" + gap() + ":" + gap() + field;
                case 2 -> field + "(x: \"} " + "viewer {\", y: {viewer: [viewer]})";
                case 3 -> "..." + gap() + "@include(if: false) {" + one(field, depth + 1, fragments) + "}";
                case 4 -> "... on Mutation {" + one(field, depth + 1, fragments) + "}";
                default -> {
                    String body = one(field, depth + 1, fragments);
                    String name = "F" + fragments.size();
                    fragments.add("fragment " + name + " on Mutation {" + body + "}");
                    yield "..." + name;
                }
            };
        }

        private String gap() {
            return switch (random.nextInt(5)) {
                case 0 -> " ";
                case 1 -> "\n\t";
                case 2 -> " , ";
                case 3 -> " # } viewer {\n";
                default -> "\r\n";
            };
        }
    }
}
