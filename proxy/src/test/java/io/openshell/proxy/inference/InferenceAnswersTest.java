package io.openshell.proxy.inference;

import static io.openshell.proxy.inference.InferenceLab.CHAT_BODY;
import static io.openshell.proxy.inference.InferenceLab.KEY;
import static io.openshell.proxy.inference.InferenceLab.MODELS;
import static io.openshell.proxy.inference.InferenceLab.chat;
import static io.openshell.proxy.inference.InferenceLab.completion;
import static io.openshell.proxy.inference.InferenceLab.json;
import static io.openshell.proxy.inference.InferenceLab.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.proxy.ProxyFixture;
import io.openshell.proxy.ProxyRuntime;
import io.openshell.proxy.relay.RelayLimits;
import io.openshell.testkit.RawClient;
import io.openshell.testkit.RawResponse;
import io.openshell.testkit.RecordingUpstream;
import io.openshell.testkit.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes back: streams, breaks, other backends, and budgets. */
class InferenceAnswersTest {

    private static final String STREAM_HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static String chunk(String text) {
        return Integer.toHexString(text.getBytes(UTF_8).length) + "\r\n" + text + "\r\n";
    }

    @Test
    void each_piece_of_a_stream_arrives_before_the_next_is_made() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (RecordingUpstream backend = RecordingUpstream.conversing((in, out) -> {
                    readRequest(in);
                    write(out, STREAM_HEAD + chunk("data: {\"choices\":[{\"delta\":{\"content\":\"one\"}}]}\n\n"));
                    await(seen);
                    write(
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
            String rest = readChunks(client);
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
    void a_stream_may_pause_for_two_minutes_and_not_longer() throws Exception {
        AtomicLong later = new AtomicLong();
        CountDownLatch paused = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (ProxyRuntime runtime = ProxyFixture.runtime(() -> System.nanoTime() + later.get());
                RecordingUpstream backend = RecordingUpstream.conversing((in, out) -> {
                    readRequest(in);
                    write(out, STREAM_HEAD + chunk("data: 1\n\n"));
                    await(paused);
                    write(out, chunk("data: 2\n\n"));
                    await(over);
                });
                InferenceLab lab = InferenceLab.openai(runtime, backend);
                RawClient client = lab.connect()) {
            client.send(chat(CHAT_BODY)).readHead();
            readUntil(client, "data: 1\n\n");

            pass(later, 118);
            paused.countDown();
            readUntil(client, "data: 2\n\n");
            pass(later, 118);
            assertThat(lab.proxy.jsonEvents()).noneMatch(event -> event.contains("idle"));
            pass(later, 4);

            assertThat(readChunks(client))
                    .contains("data: {\"error\":{\"message\":\"response truncated: chunk idle timeout exceeded\","
                            + "\"type\":\"proxy_stream_error\"}}\n\n");
            assertThat(lab.proxy.jsonEvents().getLast())
                    .contains("response truncated: chunk idle timeout exceeded", "Failure");
            over.countDown();
        }
    }

    @Test
    void an_agent_that_does_not_read_is_cut_off_and_the_backend_is_not_blamed() throws Exception {
        AtomicLong later = new AtomicLong();
        String event = "data: " + "x".repeat(65_528) + "\n\n";
        try (ProxyRuntime runtime = ProxyFixture.runtime(() -> System.nanoTime() + later.get());
                RecordingUpstream endless = RecordingUpstream.conversing((in, out) -> {
                    readRequest(in);
                    write(out, STREAM_HEAD);
                    for (int sent = 0; sent < 400; sent++) {
                        write(out, chunk(event));
                    }
                });
                RecordingUpstream second = RecordingUpstream.plain(any -> completion(1, 1));
                InferenceLab lab = InferenceLab.openai(runtime, endless, second);
                RawClient deaf = lab.connect();
                RawClient other = lab.connect()) {
            deaf.send(chat(CHAT_BODY)).readHead();
            Thread.sleep(1000);
            pass(later, 122);

            assertThat(lab.proxy.jsonEvents().getLast())
                    .contains("response truncated: the client does not read", "Failure");
            assertThat(other.send(chat(CHAT_BODY)).readHead())
                    .as("the first backend is asked first, as before")
                    .contains("text/event-stream");
            assertThat(second.requests()).isEmpty();
        }
    }

    /** Lets so much time pass, and the proxy notice it. */
    private static void pass(AtomicLong later, long seconds) throws InterruptedException {
        later.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
        Thread.sleep(3 * RelayLimits.TICK_MILLIS);
    }

    private static void readUntil(RawClient client, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            text.append(new String(client.read(1), UTF_8));
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
                    readRequest(in);
                    write(out, STREAM_HEAD);
                    for (int i = 0; i < 1000; i++) {
                        write(out, chunk(event));
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
                RecordingUpstream silent = RecordingUpstream.conversing((in, out) -> readRequest(in));
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
                    readRequest(in);
                    write(out, STREAM_HEAD + chunk("data: 1\n\n"));
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
                    readRequest(in);
                    write(out, STREAM_HEAD);
                    await(go);
                    // More than all buffers between: what the client does not take stays here.
                    for (int i = 0; i < 400; i++) {
                        write(out, chunk("data: " + "x".repeat(32_768) + "\n\n"));
                    }
                    write(out, "0\r\n\r\n");
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

    /** Reads a request of {@link InferenceLab#chat}. */
    private static void readRequest(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return;
            }
            head.append((char) next);
        }
        String length = head.toString().replaceFirst("(?is).*content-length: (\\d+).*", "$1");
        in.readNBytes(Integer.parseInt(length));
    }

    private static String readChunks(RawClient client) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith("0\r\n\r\n")) {
            text.append(new String(client.read(1), UTF_8));
        }
        return text.toString();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(UTF_8));
        out.flush();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IOException("waited in vain");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
