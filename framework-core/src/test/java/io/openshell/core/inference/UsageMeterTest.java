package io.openshell.core.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class UsageMeterTest {

    @Test
    void a_whole_answer_says_what_it_used() {
        assertThat(document("""
                {"id":"x","choices":[{"message":{"content":"hi, \\"usage\\": {\\"prompt_tokens\\": 999}"}}],
                 "usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21,
                 "prompt_tokens_details":{"cached_tokens":5},"completion_tokens_details":{"output_tokens":77}}}""")).isEqualTo(new Usage(9, 12, false));
        assertThat(document("{\"object\":\"list\",\"usage\":{\"prompt_tokens\":8,\"total_tokens\":8}}"))
                .isEqualTo(new Usage(8, 0, false));
        assertThat(document("""
                {"type":"message","content":[{"type":"text","text":"Hello"}],
                 "usage":{"input_tokens":10,"cache_creation_input_tokens":100,"cache_read_input_tokens":1000,"output_tokens":3}}""")).isEqualTo(new Usage(1110, 3, false));
    }

    @Test
    void usage_elsewhere_in_an_answer_counts_for_nothing() {
        assertThat(document("""
                {"choices":[{"usage":{"prompt_tokens":1,"completion_tokens":2}}],
                 "tool":{"usage":{"prompt_tokens":1,"completion_tokens":2}},"prompt_tokens":5}""")).isEqualTo(new Usage(10, 0, true));
    }

    @Test
    void the_last_event_of_a_chat_stream_says_what_it_used() {
        assertThat(events("""
                data: {"choices":[{"delta":{"role":"assistant","content":""}}],"usage":null}

                data: {"choices":[{"delta":{"content":"Hello"}}],"usage":null}

                data: {"choices":[],"usage":{"prompt_tokens":17,"completion_tokens":2,"total_tokens":19}}

                data: [DONE]

                """)).isEqualTo(new Usage(17, 2, false));
    }

    @Test
    void a_stream_of_messages_says_it_in_two_places() {
        assertThat(events("""
                event: message_start\r
                data: {"type":"message_start","message":{"content":[],"usage":{"input_tokens":25,"output_tokens":1}}}\r
                \r
                event: content_block_delta\r
                data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"Hello"}}\r
                \r
                event: message_delta\r
                data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":15}}\r
                \r
                """)).isEqualTo(new Usage(25, 15, false));
    }

    @Test
    void a_stream_of_a_response_says_it_in_its_last_event() {
        assertThat(events("""
                event: response.output_text.delta
                data: {"type":"response.output_text.delta","delta":"Hi"}

                event: response.completed
                data: {"type":"response.completed","response":{"output":[],"usage":{"input_tokens":37,"output_tokens":11,"total_tokens":48}}}

                """)).isEqualTo(new Usage(37, 11, false));
    }

    @Test
    void without_a_word_of_it_sizes_count_and_rather_too_much() {
        Usage usage = events("""
                data: {"choices":[{"delta":{"content":"twelve bytes"}}]}

                data: {"choices":[{"delta":{"content":"twelve bytes"}}]}

                """);

        assertThat(usage).isEqualTo(new Usage(10, 8, true));
        assertThat(events("data: {}\n\ndata: {}\n\ndata: {}\n\n")).isEqualTo(new Usage(10, 3, true));
    }

    @Test
    void a_stream_that_broke_off_counts_at_least_what_came() {
        UsageMeter meter = UsageMeter.ofEvents();
        feed(meter, """
                data: {"type":"message_start","message":{"usage":{"input_tokens":25,"output_tokens":1}}}

                data: {"delta":{"type":"text_delta","text":"%s"}}

                data: {"delta":{"te""".formatted("x".repeat(300)));

        assertThat(meter.usage(30, false)).isEqualTo(new Usage(25, 100, true));
    }

    @Test
    void what_is_no_json_does_no_harm() {
        for (String text : new String[] {
            "}}}}",
            "[".repeat(100),
            "{\"usage\":{\"prompt_tokens\":",
            "\"",
            "{\"usage\":[1,2]}",
            "{\"usage\":{\"prompt_tokens\":1e9,\"completion_tokens\":-3,\"total_tokens\":99999999999999999999}}"
        }) {
            assertThat(document(text).estimated()).as(text).isTrue();
        }
    }

    @Provide
    Arbitrary<String> documents() {
        Arbitrary<String> names = Arbitraries.of(
                "usage",
                "message",
                "response",
                "prompt_tokens",
                "completion_tokens",
                "input_tokens",
                "output_tokens",
                "a");
        Arbitrary<String> leaves =
                Arbitraries.of("0", "7", "12345", "true", "null", "\"x\"", "\"{\\\"usage\\\":1}\"", "[]", "{}");
        Arbitrary<String> level3 = objects(names, leaves);
        Arbitrary<String> level2 = objects(names, Arbitraries.oneOf(leaves, level3, level3.map(it -> "[" + it + "]")));
        return objects(names, Arbitraries.oneOf(leaves, level2, level2, level3));
    }

    private static Arbitrary<String> objects(Arbitrary<String> names, Arbitrary<String> values) {
        return Combinators.combine(names.set().ofMaxSize(5), values.list().ofSize(5))
                .as((keys, all) -> {
                    StringBuilder text = new StringBuilder("{");
                    int i = 0;
                    for (String key : keys) {
                        text.append(i == 0 ? "" : ", ")
                                .append('"')
                                .append(key)
                                .append("\" :")
                                .append(all.get(i++));
                    }
                    return text.append('}').toString();
                });
    }

    @Property(tries = 3000)
    void counts_what_a_reader_of_the_whole_text_counts(@ForAll("documents") String text) {
        JsonNode root = JsonMapper.builder().build().readTree(text);
        long input = 0;
        long output = 0;
        boolean seen = false;
        for (String path : List.of("/usage", "/message/usage", "/response/usage")) {
            for (String name : List.of("prompt_tokens", "input_tokens")) {
                JsonNode number = root.at(path + "/" + name);
                seen |= number.isNumber();
                input = Math.max(input, number.asLong(0));
            }
            for (String name : List.of("completion_tokens", "output_tokens")) {
                output = Math.max(output, root.at(path + "/" + name).asLong(0));
            }
        }
        Usage usage = document(text);

        assertThat(usage.inputTokens()).as(text).isEqualTo(seen ? input : Usage.estimate(30));
        assertThat(usage.outputTokens()).as(text).isEqualTo(output);
    }

    private static Usage document(String text) {
        UsageMeter meter = UsageMeter.ofDocument();
        feed(meter, text);
        return meter.usage(30, true);
    }

    private static Usage events(String text) {
        UsageMeter meter = UsageMeter.ofEvents();
        feed(meter, text);
        return meter.usage(30, true);
    }

    private static void feed(UsageMeter meter, String text) {
        for (byte octet : text.getBytes(UTF_8)) {
            meter.accept(octet);
        }
    }
}
