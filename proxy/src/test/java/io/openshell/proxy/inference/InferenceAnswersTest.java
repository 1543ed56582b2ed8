package io.openshell.proxy.inference;

import static io.openshell.proxy.inference.InferenceLab.CHAT_BODY;
import static io.openshell.proxy.inference.InferenceLab.KEY;
import static io.openshell.proxy.inference.InferenceLab.MODELS;
import static io.openshell.proxy.inference.InferenceLab.chat;
import static io.openshell.proxy.inference.InferenceLab.completion;
import static io.openshell.proxy.inference.InferenceLab.json;
import static io.openshell.proxy.inference.InferenceLab.post;
import static io.openshell.proxy.inference.Talk.STREAM_HEAD;
import static io.openshell.proxy.inference.Talk.chunk;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.proxy.ProxyFixture;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RawResponse;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes back: streams, breaks, other backends, and budgets. */
class InferenceAnswersTest {

    @Test
    void each_piece_of_a_stream_arrives_before_the_next_is_made() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (RecordingUpstream backend = RecordingUpstream.conversing((in, out) -> {
                    Talk.readRequest(in);
                    Talk.write(out, STREAM_HEAD + chunk("data: {\"choices\":[{\"delta\":{\"content\":\"one\"}}]}\n\n"));
                    Talk.await(seen);
                    Talk.write(
                            out,
                            chunk("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n")
                                    + chunk("data: [DONE]\n\n") + "0\r\n\r\n");
                });
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            client.send(chat(CHAT_BODY));

            assertThat(client.readHead()).contains("Transfer-Encoding: chunked");
            byte[] first = client.read(4);
            seen.countDown();
            String rest = Talk.readChunks(client);
            assertThat(new String(first, UTF_8)).isNotEmpty();
            assertThat(rest).contains("[DONE]");
            assertThat(lab.proxy.jsonEvents().getLast())
                    .contains("\"input_tokens\":\"3\"", "\"output_tokens\":\"4\"", "\"streamed\":\"true\"")
                    .doesNotContain("estimated");
        }
    }

    @Test
    void a_stream_that_breaks_off_ends_with_an_event_that_says_so() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> Reply.raw(
                                STREAM_HEAD + chunk("data: {\"choices\":[{\"delta\":{\"content\":\"one\"}}]}\n\n"))
                        .thenClose());
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            RawResponse response = client.send(chat(CHAT_BODY)).readResponse();

            assertThat(response.text())
                    .endsWith("\n\ndata: {\"error\":{\"message\":\"response truncated: upstream read error\","
                            + "\"type\":\"proxy_stream_error\"}}\n\n");
            assertThat(lab.proxy.jsonEvents().getLast())
                    .contains("response truncated: upstream read error", "\"tokens\":\"estimated\"", "Failure");
            // The framing is whole, so the connection is too.
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void a_break_within_an_event_does_not_hide_the_one_that_says_so() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any ->
                        Reply.raw(STREAM_HEAD + chunk("data: {\"type\":\"cont")).thenClose());
                InferenceLab lab = InferenceLab.with(
                        "routes: [{provider_type: anthropic, model: c, endpoint: \"http://127.0.0.1:%d\"}]"
                                .formatted(backend.port()),
                        backend);
                RawClient client = lab.connect()) {
            assertThat(client.send(post("/v1/messages", "{}")).readResponse().text())
                    .isEqualTo(
                            "data: {\"type\":\"cont\n\nevent: error\ndata: {\"type\":\"error\",\"error\":"
                                    + "{\"message\":\"response truncated: upstream read error\",\"type\":\"proxy_stream_error\"}}\n\n");
        }
    }

    @Test
    void an_answer_that_is_no_stream_breaks_off_with_its_connection() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> Reply.raw(
                                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"a\":")
                        .thenClose());
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            client.send(chat(CHAT_BODY));
            assertThatThrownBy(client::readResponse).isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_stream_has_an_end_even_if_the_backend_knows_none() throws Exception {
        String event = "data: " + "x".repeat(65_528) + "\n\n";
        try (RecordingUpstream backend = RecordingUpstream.conversing((in, out) -> {
                    Talk.readRequest(in);
                    Talk.write(out, STREAM_HEAD);
                    for (int i = 0; i < 1000; i++) {
                        Talk.write(out, chunk(event));
                    }
                });
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            String text = client.send(chat(CHAT_BODY)).readResponse().text();

            assertThat(text.length()).isBetween(32 << 20, (32 << 20) + 1000);
            assertThat(text).contains("response truncated: exceeded maximum streaming body size");
        }
    }

    @Test
    void another_backend_answers_when_one_cannot_and_the_dead_one_is_left_alone_for_a_while() throws Exception {
        try (RecordingUpstream down = RecordingUpstream.plain(any -> json(503, "{}"));
                RecordingUpstream silent = RecordingUpstream.conversing((in, out) -> Talk.readRequest(in));
                RecordingUpstream up = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab = InferenceLab.with(InferenceLab.routes(down, silent, up) + "\n", down, silent, up);
                RawClient client = lab.connect()) {
            for (int i = 0; i < 3; i++) {
                RawResponse response = client.send(chat(CHAT_BODY)).readResponse();
                assertThat(response.status()).isEqualTo(200);
            }

            assertThat(down.requests()).hasSize(1);
            assertThat(silent.connections()).hasSize(1);
            assertThat(up.requests()).hasSize(3).allMatch(it -> it.text().contains("\"m2\""));
            assertThat(lab.proxy.events())
                    .anyMatch(it -> it.contains("[reason:status 503]") && it.contains("[model:m0]"))
                    .anyMatch(it -> it.contains("connection closed before an answer"));
            assertThat(lab.proxy.jsonEvents()).anyMatch(it -> it.contains("\"attempts\":\"3\""));
        }
    }

    @Test
    void a_port_that_nobody_listens_on_is_a_backend_that_is_down() throws Exception {
        RecordingUpstream gone = RecordingUpstream.plain(any -> completion(1, 1));
        gone.close();
        try (RecordingUpstream up = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab = InferenceLab.openai(gone, up);
                RawClient client = lab.connect()) {
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
        }
        try (InferenceLab lab = InferenceLab.openai(gone);
                RawClient client = lab.connect()) {
            RawResponse response = client.send(chat(CHAT_BODY)).readResponse();
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.text()).isEqualTo("{\"error\":\"inference service unavailable\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 502, 503, 504})
    void the_last_backends_trouble_is_told_as_it_is(int status) throws Exception {
        try (RecordingUpstream first = RecordingUpstream.plain(any -> json(status, "{\"which\":\"first\"}"));
                RecordingUpstream second = RecordingUpstream.plain(any -> json(status, "{\"which\":\"second\"}"));
                InferenceLab lab = InferenceLab.openai(first, second);
                RawClient client = lab.connect()) {
            RawResponse response = client.send(chat(CHAT_BODY)).readResponse();
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.text()).contains("second");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 500})
    void what_is_the_requests_trouble_is_asked_once(int status) throws Exception {
        try (RecordingUpstream first = RecordingUpstream.plain(any -> json(status, "{\"which\":\"first\"}"));
                RecordingUpstream second = RecordingUpstream.plain(any -> completion(1, 1));
                InferenceLab lab = InferenceLab.openai(first, second);
                RawClient client = lab.connect()) {
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(status);
            assertThat(second.requests()).isEmpty();
        }
    }

    @Test
    void a_redirect_is_the_agents_to_follow_and_no_key_goes_there() throws Exception {
        try (RecordingUpstream elsewhere = RecordingUpstream.plain(any -> completion(1, 1));
                RecordingUpstream backend = RecordingUpstream.plain(
                        any -> Reply.raw("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:"
                                + elsewhere.port() + "/v1/chat/completions\r\nContent-Length: 0\r\n\r\n"));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            lab.proxy.route("127.0.0.1", elsewhere.port(), elsewhere.address());
            RawResponse response = client.send(chat(CHAT_BODY)).readResponse();

            assertThat(response.status()).isEqualTo(307);
            assertThat(response.header("location"))
                    .contains("http://127.0.0.1:" + elsewhere.port() + "/v1/chat/completions");
            assertThat(backend.requests()).hasSize(1);
            assertThat(elsewhere.connections()).isEmpty();
        }
    }

    @Test
    void nobody_is_asked_again_once_a_byte_has_gone_to_the_agent() throws Exception {
        try (RecordingUpstream first = RecordingUpstream.plain(
                        any -> Reply.raw(STREAM_HEAD + chunk("data: 1\n\n")).thenClose());
                RecordingUpstream second = RecordingUpstream.plain(any -> completion(1, 1));
                InferenceLab lab = InferenceLab.openai(first, second);
                RawClient client = lab.connect()) {
            assertThat(client.send(chat(CHAT_BODY)).readResponse().text()).contains("response truncated");
            assertThat(second.requests()).isEmpty();
        }
    }

    @Test
    void an_idle_connection_that_the_backend_gave_up_costs_no_request() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(
                        any -> new Reply(completion(1, 1).bytes(), true));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void a_key_that_the_backend_refuses_is_no_word_to_the_agent() throws Exception {
        try (RecordingUpstream backend =
                        RecordingUpstream.plain(any -> json(401, "{\"error\":\"Incorrect API key: " + KEY + "\"}"));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            RawResponse response = client.send(chat(CHAT_BODY)).readResponse();
            assertThat(response.status()).isEqualTo(401);
            assertThat(response.text())
                    .isEqualTo("{\"error\":\"inference service did not accept the configured credentials\"}");
            assertThat(lab.proxy.jsonEvents().toString())
                    .contains("the backend did not accept the key")
                    .doesNotContain(KEY);
        }
    }

    @Test
    void a_key_in_an_answer_is_masked_also_between_two_pieces_and_in_base64() throws Exception {
        String encoded = Base64.getEncoder().encodeToString(("x:" + KEY).getBytes(UTF_8));
        for (int at = 0; at <= KEY.length(); at++) {
            int cut = at;
            try (RecordingUpstream backend = RecordingUpstream.plain(any -> Reply.raw(STREAM_HEAD
                            + chunk("data: your key is " + KEY.substring(0, cut))
                            + chunk(KEY.substring(cut) + " or " + encoded + "\n\n")
                                    .replaceFirst("^0\r\n\r\n", "")
                            + "0\r\n\r\n"));
                    InferenceLab lab = InferenceLab.openai(backend);
                    RawClient client = lab.connect()) {
                String text = client.send(chat(CHAT_BODY)).readResponse().text();
                assertThat(text).contains("your key is ***").doesNotContain(KEY, encoded);
                assertThat(lab.proxy.jsonEvents().getLast()).contains("\"key_masked\":\"true\"");
            }
        }
        try (RecordingUpstream backend = RecordingUpstream.plain(
                        any -> Reply.raw("HTTP/1.1 200 OK\r\nX-Debug: " + KEY + "\r\nContent-Length: 2\r\n\r\n{}"));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            RawResponse response = client.send(chat(CHAT_BODY)).readResponse();
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.head() + response.text()).doesNotContain(KEY);
        }
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> json(200, "{\"id\":\"" + KEY + "\"}"));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            assertThat(client.send(MODELS).readResponse().text())
                    .contains("***")
                    .doesNotContain(KEY);
        }
    }

    @Test
    void a_key_that_lies_across_two_searches_is_masked() throws Exception {
        for (int before = 16 * 1024 - KEY.length(); before < 16 * 1024; before += 7) {
            String event = "data: " + "x".repeat(before - 6) + KEY + "\n\n";
            try (RecordingUpstream backend =
                            RecordingUpstream.plain(any -> Reply.raw(STREAM_HEAD + chunk(event) + "0\r\n\r\n"));
                    InferenceLab lab = InferenceLab.openai(backend);
                    RawClient client = lab.connect()) {
                assertThat(client.send(chat(CHAT_BODY)).readResponse().text())
                        .isEqualTo(event.replace(KEY, "*".repeat(KEY.length())));
            }
        }
    }

    @Test
    void what_could_have_become_a_key_goes_on_when_the_stream_breaks_off() throws Exception {
        String begun = "data: " + KEY.substring(0, 9);
        try (RecordingUpstream backend = RecordingUpstream.plain(
                        any -> Reply.raw(STREAM_HEAD + chunk(begun)).thenClose());
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            assertThat(client.send(chat(CHAT_BODY)).readResponse().text()).startsWith(begun + "\n\ndata: {\"error\"");
        }
    }

    @Test
    void an_event_that_is_whole_is_not_ended_again() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.conversing((in, out) -> {
                    Talk.readRequest(in);
                    Talk.write(out, STREAM_HEAD + chunk("data: 1\n"));
                    Talk.write(out, chunk("\n"));
                });
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            assertThat(client.send(chat(CHAT_BODY)).readResponse().text()).startsWith("data: 1\n\ndata: {\"error\"");
        }
    }

    @Test
    void an_answer_without_a_body_stays_one() throws Exception {
        try (RecordingUpstream backend =
                        RecordingUpstream.plain(any -> Reply.raw("HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n"));
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            for (String request : List.of(chat(CHAT_BODY), MODELS)) {
                RawResponse response = client.send(request).readResponse();
                assertThat(response.status()).isEqualTo(204);
                assertThat(response.header("transfer-encoding")).isEmpty();
                assertThat(response.header("content-length")).isEmpty();
            }
        }
    }

    @Test
    void an_answer_that_is_passed_on_whole_has_an_end_too() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.conversing((in, out) -> {
                    Talk.readRequest(in);
                    Talk.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + (33 << 20) + "\r\n\r\n");
                    Talk.write(out, " ".repeat(33 << 20));
                });
                InferenceLab lab = InferenceLab.openai(backend);
                RawClient client = lab.connect()) {
            assertThat(client.send(MODELS).readResponse().status()).isEqualTo(502);
            assertThat(lab.proxy.jsonEvents().getLast()).contains("exceeded maximum streaming body size");
        }
    }

    @Test
    void answers_that_cannot_be_passed_on_are_a_bad_gateway() throws Exception {
        for (String reply : List.of(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/2 200\r\n\r\n",
                "SSH-2.0-OpenSSH_9\r\n")) {
            try (RecordingUpstream backend = RecordingUpstream.plain(any -> Reply.raw(reply));
                    InferenceLab lab = InferenceLab.openai(backend);
                    RawClient client = lab.connect()) {
                RawResponse response = client.send(chat(CHAT_BODY)).readResponse();
                assertThat(response.status()).as(reply).isEqualTo(502);
                assertThat(response.text()).isEqualTo("{\"error\":\"inference service error\"}");
            }
        }
    }

    @Test
    void a_budget_of_requests_is_held() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> completion(5, 2));
                InferenceLab lab =
                        InferenceLab.with(InferenceLab.routes(backend) + "budget: {requests_per_minute: 2}", backend);
                RawClient client = lab.connect()) {
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
            lab.clock.advance(Duration.ofSeconds(20));
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);

            RawResponse over = client.send(chat(CHAT_BODY)).readResponse();
            assertThat(over.status()).isEqualTo(429);
            assertThat(over.header("retry-after")).contains("40");
            assertThat(over.text())
                    .isEqualTo(
                            "{\"error\":\"inference budget exceeded\",\"reason\":\"requests_per_minute: 2 in the last"
                                    + " minute (expected: at most 2)\",\"retry_after_seconds\":40}");
            assertThat(backend.requests()).hasSize(2);
            assertThat(lab.proxy.events()).anyMatch(it -> it.contains("Inference interception denied: budget"));
            lab.clock.advance(Duration.ofSeconds(40));
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void a_budget_of_tokens_counts_streams_too() throws Exception {
        try (RecordingUpstream backend = RecordingUpstream.plain(any -> Reply.raw(STREAM_HEAD
                        + chunk("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":97}}\n\n")
                        + "0\r\n\r\n"));
                InferenceLab lab =
                        InferenceLab.with(InferenceLab.routes(backend) + "budget: {tokens_per_day: 150}", backend);
                RawClient client = lab.connect()) {
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
            assertThat(client.send(chat(CHAT_BODY)).readResponse().status()).isEqualTo(200);
            RawResponse over = client.send(chat(CHAT_BODY)).readResponse();
            assertThat(over.status()).isEqualTo(429);
            assertThat(over.text()).contains("tokens_per_day: 200 used (expected: below 150)");
            assertThat(over.header("retry-after")).contains(Long.toString(14 * 3600));
        }
    }

    @Test
    void a_client_that_goes_away_ends_the_backends_work() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (RecordingUpstream backend = RecordingUpstream.conversing((in, out) -> {
                    Talk.readRequest(in);
                    Talk.write(out, STREAM_HEAD + chunk("data: 1\n\n"));
                    if (in.read() < 0) {
                        ended.countDown();
                    }
                });
                InferenceLab lab = InferenceLab.openai(backend)) {
            try (RawClient client = lab.connect()) {
                client.send(chat(CHAT_BODY));
                client.readHead();
            }
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(lab.proxy.jsonEvents()).anyMatch(it -> it.contains("the client went away"));
        }
    }

    @Test
    void a_hundred_streams_at_a_time_hold_little_memory() throws Exception {
        int streams = 100;
        CountDownLatch go = new CountDownLatch(1);
        try (RecordingUpstream backend = RecordingUpstream.conversing((in, out) -> {
                    Talk.readRequest(in);
                    Talk.write(out, STREAM_HEAD);
                    Talk.await(go);
                    // More than all buffers between: what the client does not take stays here.
                    for (int i = 0; i < 400; i++) {
                        Talk.write(out, chunk("data: " + "x".repeat(32_768) + "\n\n"));
                    }
                    Talk.write(out, "0\r\n\r\n");
                });
                InferenceLab lab = InferenceLab.openai(backend)) {
            lab.proxy.discardingEvents();
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                clients.add(lab.connect().send(chat(CHAT_BODY)));
            }
            for (RawClient client : clients) {
                client.readHead();
            }
            long before = ProxyFixture.bufferMemory();
            go.countDown();
            Thread.sleep(2000);
            long held = ProxyFixture.bufferMemory() - before;
            for (RawClient client : clients) {
                client.close();
            }
            assertThat(held / streams).isLessThan(512 * 1024);
        }
    }
}
